interface Named {
  readonly name: string;
}

/** Two lists matched by name: what went, what came, and what is on both sides. */
export interface Paired<T extends Named> {
  readonly gone: readonly T[];
  readonly come: readonly T[];
  readonly kept: readonly (readonly [T, T])[];
}

export function pairByName<T extends Named>(before: readonly T[], after: readonly T[]): Paired<T> {
  const old = new Map(before.map((item) => [item.name, item]));
  const next = new Map(after.map((item) => [item.name, item]));
  return {
    gone: before.filter(({ name }) => !next.has(name)),
    come: after.filter(({ name }) => !old.has(name)),
    kept: before.flatMap((item) => {
      const other = next.get(item.name);
      return other === undefined ? [] : [[item, other] as const];
    }),
  };
}

/** Of plain texts. */
export function removedAndAdded(
  before: readonly string[],
  after: readonly string[],
): { readonly removed: readonly string[]; readonly added: readonly string[] } {
  return {
    removed: before.filter((item) => !after.includes(item)),
    added: after.filter((item) => !before.includes(item)),
  };
}

/** What a mapping of plain texts says of one; a value named `constructor` must not find what every object has. */
export function ownValue(mapping: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  return mapping !== undefined && Object.hasOwn(mapping, name) ? mapping[name] : undefined;
}
