// What of a JSON Schema limits values, each with the rule of its narrowing and of its widening.
import { canonicalJson } from "../../bundle/canonical-json.ts";
import type { JsonSchema, JsonValue } from "../../json.ts";
import type { DiffRuleId } from "../rules/index.ts";

export type JsonType = "null" | "boolean" | "integer" | "number" | "string" | "array" | "object";

const everyType: readonly JsonType[] = ["null", "boolean", "integer", "number", "string", "array", "object"];

/** The types of values that a schema lets pass; those of which an enum lists no value are none of them. */
export function typesOf(schema: JsonSchema): ReadonlySet<JsonType> {
  const written = schema["type"];
  const named = (written === undefined ? everyType : [written].flat()) as readonly JsonType[];
  // Every integer is a number (JSON Schema, 6.1.1).
  const types = new Set<JsonType>(named.includes("number") ? [...named, "integer"] : named);
  const listed = listedValues(schema);
  if (listed === undefined) return types;
  return new Set(listed.flatMap(typesOfValue).filter((type) => types.has(type)));
}

function typesOfValue(value: JsonValue): readonly JsonType[] {
  if (value === null) return ["null"];
  if (Array.isArray(value)) return ["array"];
  if (typeof value === "number") return Number.isInteger(value) ? ["integer", "number"] : ["number"];
  return [typeof value as "boolean" | "string" | "object"];
}

/** The values that `enum` and `const` leave, undefined where neither stands. */
export function listedValues(schema: JsonSchema): readonly JsonValue[] | undefined {
  const listed = schema["enum"] as readonly JsonValue[] | undefined;
  const only = schema["const"];
  if (only === undefined) return listed;
  if (listed === undefined) return [only];
  return listed.filter((value) => canonicalJson(value) === canonicalJson(only));
}

/** The limits that let just this value pass, with whatever else its schema says. */
export function narrowedTo(value: JsonValue, schema: JsonSchema): JsonSchema {
  if (typeof value === "number") return { ...schema, minimum: value, maximum: value, multipleOf: value };
  // Lengths are counted in code points (JSON Schema validation, 6.3.1).
  if (typeof value === "string") {
    const length = Array.from(value).length;
    return { ...schema, minLength: length, maxLength: length };
  }
  const size = Object.keys(value ?? {}).length;
  if (Array.isArray(value)) return { ...schema, minItems: size, maxItems: size };
  return { ...schema, minProperties: size, maxProperties: size };
}

/** Whether what passes became less, more, or something else; undefined where it is the same. */
export type Shift = "narrowed" | "widened" | "changed" | undefined;

export interface Facet {
  /** As it is written in a schema. */
  readonly key: string;
  /** Types of values that it limits; it says nothing of others. */
  readonly types: readonly JsonType[];
  readonly request: DiffRuleId;
  readonly response: DiffRuleId;
  /** `isWhole`: of whole numbers only, where above 0 is from 1. */
  readonly shift: (before: JsonSchema, after: JsonSchema, isWhole: boolean) => Shift;
}

const numbers = ["integer", "number"] as const;

export const facets: readonly Facet[] = [
  least("minimum", numbers, "request-minimum-raised", "response-minimum-lowered", (schema, isWhole) =>
    edge(schema, "minimum", "exclusiveMinimum", 1, isWhole),
  ),
  greatest("maximum", numbers, "request-maximum-lowered", "response-maximum-raised", (schema, isWhole) =>
    edge(schema, "maximum", "exclusiveMaximum", -1, isWhole),
  ),
  least("minLength", ["string"], "request-min-length-raised", "response-min-length-lowered", plain("minLength", 0)),
  greatest(
    "maxLength",
    ["string"],
    "request-max-length-lowered",
    "response-max-length-raised",
    plain("maxLength", Infinity),
  ),
  least("minItems", ["array"], "request-min-items-raised", "response-min-items-lowered", plain("minItems", 0)),
  greatest(
    "maxItems",
    ["array"],
    "request-max-items-lowered",
    "response-max-items-raised",
    plain("maxItems", Infinity),
  ),
  least(
    "minProperties",
    ["object"],
    "request-min-properties-raised",
    "response-min-properties-lowered",
    plain("minProperties", 0),
  ),
  greatest(
    "maxProperties",
    ["object"],
    "request-max-properties-lowered",
    "response-max-properties-raised",
    plain("maxProperties", Infinity),
  ),
  {
    key: "multipleOf",
    types: numbers,
    request: "request-multiple-of-changed",
    response: "response-multiple-of-changed",
    shift: (before, after, isWhole) =>
      isWhole
        ? multipleShift(before["multipleOf"] ?? 1, after["multipleOf"] ?? 1)
        : multipleShift(before["multipleOf"], after["multipleOf"]),
  },
  text("pattern", "request-pattern-changed", "response-pattern-changed"),
  text("format", "request-format-changed", "response-format-changed"),
  {
    key: "uniqueItems",
    types: ["array"],
    request: "request-unique-items-required",
    response: "response-unique-items-dropped",
    shift: (before, after) => order(Number(after["uniqueItems"] === true), Number(before["uniqueItems"] === true)),
  },
];

/** A bound, and whether the value on it is out: `[5, 1]` is "above 5". */
type Edge = readonly [number, number];
type EdgeOf = (schema: JsonSchema, isWhole: boolean) => Edge;

function plain(key: string, otherwise: number): EdgeOf {
  return (schema) => [typeof schema[key] === "number" ? schema[key] : otherwise, 0];
}

/** The stricter of an inclusive and an exclusive bound; `sign` is 1 for lower ones, -1 for upper ones. */
function edge(schema: JsonSchema, inclusive: string, exclusive: string, sign: 1 | -1, isWhole: boolean): Edge {
  const [within] = plain(inclusive, -sign * Infinity)(schema, isWhole);
  const [without] = plain(exclusive, -sign * Infinity)(schema, isWhole);
  const isOut = sign * without >= sign * within && Number.isFinite(without);
  if (isWhole) return [wholeEdge(isOut ? without : within, isOut, sign), 0];
  return isOut ? [without, sign] : [within, 0];
}

/** The first whole number inside. */
function wholeEdge(bound: number, isOut: boolean, sign: 1 | -1): number {
  const inward = sign === 1 ? Math.ceil(bound) : Math.floor(bound);
  return isOut && inward === bound ? bound + sign : inward;
}

function least(key: string, types: readonly JsonType[], request: DiffRuleId, response: DiffRuleId, of: EdgeOf): Facet {
  return {
    key,
    types,
    request,
    response,
    shift: (before, after, isWhole) => compareEdges(of(after, isWhole), of(before, isWhole)),
  };
}

function greatest(
  key: string,
  types: readonly JsonType[],
  request: DiffRuleId,
  response: DiffRuleId,
  of: EdgeOf,
): Facet {
  return {
    key,
    types,
    request,
    response,
    shift: (before, after, isWhole) => compareEdges(of(before, isWhole), of(after, isWhole)),
  };
}

function compareEdges([one, isOneOut]: Edge, [other, isOtherOut]: Edge): Shift {
  return one === other ? order(isOneOut, isOtherOut) : order(one, other);
}

function order(one: number, other: number): Shift {
  if (one === other) return undefined;
  return one > other ? "narrowed" : "widened";
}

function text(key: string, request: DiffRuleId, response: DiffRuleId): Facet {
  return { key, types: ["string"], request, response, shift: (before, after) => presence(before[key], after[key]) };
}

function presence(before: JsonValue | undefined, after: JsonValue | undefined): Shift {
  if (before === after) return undefined;
  if (before === undefined) return "narrowed";
  return after === undefined ? "widened" : "changed";
}

/** A multiple of 6 is one of 3 too; of 0.3 and 0.1 the division says no, as it does in the executor's validator. */
function multipleShift(before: JsonValue | undefined, after: JsonValue | undefined): Shift {
  if (typeof before !== "number" || typeof after !== "number" || before === after) return presence(before, after);
  if (Number.isInteger(after / before)) return "narrowed";
  return Number.isInteger(before / after) ? "widened" : "changed";
}
