import { canonicalJson } from "../../bundle/canonical-json.ts";
import { isJsonObject, type JsonSchema, type JsonValue } from "../../json.ts";
import { type Difference, values } from "../change.ts";
import type { DiffRuleId } from "../rules/index.ts";

/** Where two schemas stand that are compared, and which way their values go. */
export interface SchemaSite {
  readonly direction: "request" | "response";
  /** Key of the source map, such as `tool/NAME/input/properties/age`. */
  readonly path: string;
  /** For messages: `input.guests[].age`. */
  readonly label: string;
  /** Inside `anyOf` or `oneOf`, where the executor's validator fills no defaults in. */
  readonly isAlternative?: true;
  /** What values of enums and states become, as entities say. */
  readonly renamedValues: RenamedValues;
}

/** New values by the old ones that rows held; several entities may rename the same one. */
export type RenamedValues = ReadonlyMap<JsonValue, readonly string[]>;

export function below(site: SchemaSite, step: string, label = ""): SchemaSite {
  return { ...site, path: `${site.path}/${step}`, label: `${site.label}${label}` };
}

/** What is wrong with the place, said of it. */
export function at(site: SchemaSite, rule: DiffRuleId, said: string, before?: unknown, after?: unknown): Difference {
  return { rule, path: site.path, message: `${site.label}: ${said}`, ...values(before, after) };
}

/** The rule of a narrowing or a widening, by direction. */
export function byDirection<T>({ direction }: SchemaSite, ofRequest: T, ofResponse: T): T {
  return direction === "request" ? ofRequest : ofResponse;
}

/** A value as messages show it, cut where it is long. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = canonicalJson(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

export function schemaAt(schema: JsonSchema, key: string): JsonSchema | undefined {
  const part = schema[key];
  return isJsonObject(part) ? part : undefined;
}

export function isSame(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && canonicalJson(one) === canonicalJson(other));
}
