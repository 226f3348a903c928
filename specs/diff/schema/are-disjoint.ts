import { isJsonObject, type JsonSchema } from "../../json.ts";
import { type JsonType, listedValues, typesOf } from "./facets.ts";
import { isSame, schemaAt } from "./site.ts";

/** Whether certainly no value passes both schemas; what cannot be told may. */
export function areDisjoint(one: JsonSchema, other: JsonSchema): boolean {
  const others = typesOf(other);
  const common = [...typesOf(one)].filter((type) => others.has(type));
  const [listed, otherListed] = [listedValues(one), listedValues(other)];
  if (listed !== undefined && otherListed !== undefined) {
    return !listed.some((value) => otherListed.some((candidate) => isSame(value, candidate)));
  }
  return common.every((type) => isApart(type, one, other));
}

const ranges: Readonly<Partial<Record<JsonType, readonly [string, string]>>> = {
  integer: ["minimum", "maximum"],
  number: ["minimum", "maximum"],
  string: ["minLength", "maxLength"],
  array: ["minItems", "maxItems"],
};

function isApart(type: JsonType, one: JsonSchema, other: JsonSchema): boolean {
  if (type === "object") return areObjectsApart(one, other) || areObjectsApart(other, one);
  const [least, greatest] = ranges[type] ?? [];
  if (least === undefined || greatest === undefined) return false;
  const isBelow = (low: JsonSchema, high: JsonSchema): boolean => {
    const [top, bottom] = [low[greatest], high[least]];
    return typeof top === "number" && typeof bottom === "number" && top < bottom;
  };
  return isBelow(one, other) || isBelow(other, one);
}

/** By a property that the one must have, and the other has otherwise or not at all. */
function areObjectsApart(one: JsonSchema, other: JsonSchema): boolean {
  const required = Array.isArray(one["required"]) ? (one["required"] as readonly string[]) : [];
  const parts = schemaAt(one, "properties") ?? {};
  const others = schemaAt(other, "properties") ?? {};
  return required.some((name) => {
    if (!Object.hasOwn(others, name)) return other["additionalProperties"] === false;
    const [part, otherPart] = [parts[name], others[name]];
    return isJsonObject(part) && isJsonObject(otherPart) && areDisjoint(part, otherPart);
  });
}
