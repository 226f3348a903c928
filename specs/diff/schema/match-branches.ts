import { canonicalJson } from "../../bundle/canonical-json.ts";
import { isJsonObject, type JsonSchema } from "../../json.ts";
import { listedValues } from "./facets.ts";
import { schemaAt } from "./site.ts";

export interface Numbered {
  readonly schema: JsonSchema;
  readonly index: number;
}

type Pair = readonly [Numbered, Numbered];

export interface Matched {
  readonly pairs: readonly Pair[];
  readonly gone: readonly Numbered[];
  readonly come: readonly Numbered[];
}

/** Whether a change from one schema to another breaks nobody. */
export type Fits = (one: JsonSchema, other: JsonSchema) => boolean;

/** Equal ones belong together, then those told apart by the same constant, those that fit, then the rest in the order written. */
export function matchBranches(old: readonly Numbered[], next: readonly Numbered[], fits: Fits): Matched {
  const pairs: Pair[] = [];
  let [left, right] = [old, next];
  const take = (isPair: Fits): void => {
    const found = mostPairs(left, right, isPair);
    pairs.push(...found);
    left = left.filter((item) => !found.some(([one]) => one === item));
    right = right.filter((item) => !found.some(([, other]) => other === item));
  };
  take((one, other) => canonicalJson(one) === canonicalJson(other));
  take((one, other) => discriminator(one) !== "" && discriminator(one) === discriminator(other));
  take(fits);
  take((one, other) => discriminator(one) === "" && discriminator(other) === "");
  return { pairs, gone: left, come: right };
}

/** As many pairs as there can be (augmenting paths, after Kuhn): a first fit might take what only another one fits. */
function mostPairs(left: readonly Numbered[], right: readonly Numbered[], isPair: Fits): readonly Pair[] {
  const holders = new Map<Numbered, Numbered>();
  const place = (one: Numbered, tried: Set<Numbered>): boolean =>
    right.some((other) => {
      if (tried.has(other) || !isPair(one.schema, other.schema)) return false;
      tried.add(other);
      const holder = holders.get(other);
      if (holder !== undefined && !place(holder, tried)) return false;
      holders.set(other, one);
      return true;
    });
  for (const one of left) place(one, new Set());
  return [...holders].map(([other, one]) => [one, other]);
}

/** The properties of a schema that can have one value only, with it. */
function discriminator(schema: JsonSchema): string {
  const properties = Object.entries(schemaAt(schema, "properties") ?? {});
  const fixed = properties.flatMap(([name, part]) => {
    const listed = isJsonObject(part) ? listedValues(part) : undefined;
    return listed?.length === 1 ? [[name, listed[0] ?? null] as const] : [];
  });
  return fixed.length === 0 ? "" : canonicalJson(Object.fromEntries(fixed));
}
