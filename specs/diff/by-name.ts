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
  const find = (list: readonly T[], { name }: T): T | undefined => list.find((item) => item.name === name);
  return {
    gone: before.filter((item) => find(after, item) === undefined),
    come: after.filter((item) => find(before, item) === undefined),
    kept: before.flatMap((item) => {
      const other = find(after, item);
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
