/** A name in another form for each name; where two would be the same, later ones get a number. */
export function uniqueNames(names: readonly string[], form: (name: string) => string): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    names.map((name) => {
      const wanted = form(name);
      let free = wanted;
      for (let next = 2; taken.has(free); next += 1) free = `${wanted}_${String(next)}`;
      taken.add(free);
      return [name, free] as const;
    }),
  );
}
