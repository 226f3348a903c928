/** Ids that a misspelt or partial one may mean, the likeliest first; five at most. */
export function nearestTopics(wanted: string, ids: readonly string[]): readonly string[] {
  const word = wanted.toLowerCase();
  const scored = [...new Set(ids)].map((id) => ({ id, distance: id.includes(word) ? 0 : editDistance(word, id) }));
  const reach = Math.max(2, Math.floor(word.length / 3));
  return scored
    .filter(({ distance }) => distance <= reach)
    .sort((a, b) => a.distance - b.distance || a.id.length - b.id.length)
    .slice(0, 5)
    .map(({ id }) => id);
}

/** Levenshtein. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i += 1) {
    const current = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const changed = (previous[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      current.push(Math.min((previous[j + 1] ?? 0) + 1, (current[j] ?? 0) + 1, changed));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
