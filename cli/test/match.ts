// What is expected against what was seen: objects may hold more than is expected, lists may not, and matchers stand for values.
import { canonicalJson, isJsonObject, type JsonValue, linearPatterns, schemaFormats } from "@lintel/specs";

/** One place where they differ. */
export interface Difference {
  /** Keys and indexes from the root. */
  readonly path: readonly string[];
  readonly expected: JsonValue;
  /** Undefined: there is nothing. */
  readonly seen: JsonValue | undefined;
}

/** Where the seen value is not as expected, in the order of the expectation. */
export function differences(
  expected: JsonValue,
  seen: JsonValue | undefined,
  path: readonly string[] = [],
): readonly Difference[] {
  const here = [{ path, expected, seen }];
  if (typeof expected === "string" && Object.hasOwn(plain, expected)) {
    return plain[expected]?.(seen) === true ? [] : here;
  }
  if (isJsonObject(expected)) {
    const keys = Object.keys(expected);
    if (keys.length > 0 && keys.every((key) => Object.hasOwn(valued, key))) {
      return keys.every((key) => valued[key]?.(expected[key] ?? null, seen) === true) ? [] : here;
    }
    if (!isJsonObject(seen)) return here;
    return keys.flatMap((key) => {
      const inner = Object.hasOwn(seen, key) ? seen[key] : undefined;
      return differences(expected[key] ?? null, inner, [...path, key]);
    });
  }
  if (!Array.isArray(expected)) return seen === expected ? [] : here;
  if (!Array.isArray(seen) || seen.length !== expected.length) return here;
  const items = seen as readonly JsonValue[];
  return (expected as readonly JsonValue[]).flatMap((item, index) =>
    differences(item, items[index], [...path, String(index)]),
  );
}

/** Whether nothing differs. */
export function matches(expected: JsonValue, seen: JsonValue | undefined): boolean {
  return differences(expected, seen).length === 0;
}

type Seen = JsonValue | undefined;

const format = (name: string) => (seen: Seen) => typeof seen === "string" && schemaFormats[name]?.(seen) === true;

const plain: Readonly<Record<string, (seen: Seen) => boolean>> = {
  $absent: (seen) => seen === undefined,
  $any: (seen) => seen !== undefined,
  $boolean: (seen) => typeof seen === "boolean",
  $date: format("date"),
  $instant: format("date-time"),
  $integer: (seen) => Number.isSafeInteger(seen),
  $number: (seen) => typeof seen === "number",
  $string: (seen) => typeof seen === "string",
  $uuid: format("uuid"),
};

const valued: Readonly<Record<string, (expected: JsonValue, seen: Seen) => boolean>> = {
  $contains: (expected, seen) => {
    if (typeof seen === "string") return typeof expected === "string" && seen.includes(expected);
    if (!Array.isArray(seen)) return false;
    return [expected].flat().every((item) => seen.some((one) => matches(item, one as JsonValue)));
  },
  $each: (expected, seen) => Array.isArray(seen) && seen.every((one) => matches(expected, one as JsonValue)),
  $equals: (expected, seen) => seen !== undefined && canonicalJson(expected) === canonicalJson(seen),
  $gt: (expected, seen) => compare(seen, expected, (order) => order > 0),
  $gte: (expected, seen) => compare(seen, expected, (order) => order >= 0),
  $length: (expected, seen) => (typeof seen === "string" || Array.isArray(seen)) && matches(expected, seen.length),
  $lt: (expected, seen) => compare(seen, expected, (order) => order < 0),
  $lte: (expected, seen) => compare(seen, expected, (order) => order <= 0),
  $matches: (expected, seen) =>
    typeof seen === "string" && typeof expected === "string" && linearPatterns(expected).test(seen),
  $not: (expected, seen) => !matches(expected, seen),
  $oneOf: (expected, seen) => Array.isArray(expected) && expected.some((one) => matches(one as JsonValue, seen)),
};

/** Numbers by size; texts, of which dates and instants are some, by their characters. */
function compare(seen: Seen, expected: JsonValue, holds: (order: number) => boolean): boolean {
  if (typeof seen === "number" && typeof expected === "number") return holds(seen - expected);
  if (typeof seen === "string" && typeof expected === "string")
    return holds(seen < expected ? -1 : seen > expected ? 1 : 0);
  return false;
}
