/** The candidate nearest to a misspelt name by edit distance, where one is near enough to be meant. */
function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const reach = name.length < 3 ? 0 : Math.floor(name.length / 3);
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) > reach) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance <= reach && (best === undefined || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate;
}

/** `did you mean "x"?`, else what there is to choose from, else nothing. */
export function suggestion(name: string, candidates: Iterable<string>): string | undefined {
  const names = [...new Set(candidates)];
  const found = nearest(name, names);
  if (found !== undefined) return `did you mean "${found}"?`;
  if (names.length === 0) return undefined;
  const shown = names.sort().slice(0, 12).join(", ");
  return `there is ${shown}${names.length > 12 ? ` and ${String(names.length - 12)} more` : ""}`;
}

/** Levenshtein distance in which swapped neighbours count once (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (older[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost, swap));
    }
    older = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
