import type { Evaluate } from "../evaluate/step.ts";
import type { ValueType } from "../types/value-type.ts";

/** A PostgreSQL type as a cast writes it; a list's ends in `[]`. */
export type SqlType = string;

/** A value that the database does not compute. */
export interface SqlParameter {
  /**
   * The value as it is bound: text, number, boolean, null, or a list of these. Money is its minor units, a duration its
   * milliseconds, json its text.
   */
  readonly evaluate: Evaluate;
  readonly type: SqlType;
}

/** SQL text with a parameter between each two parts (`text.length` is `parameters.length + 1`); the casts are in the text. */
export interface SqlFragment {
  readonly text: readonly string[];
  readonly parameters: readonly SqlParameter[];
}

/** Puts fragments and literal SQL together: ``sql`(${left} = ${right})` ``. Text between fragments is trusted. */
export function sql(strings: TemplateStringsArray, ...fragments: readonly SqlFragment[]): SqlFragment {
  const text: string[] = [strings[0] ?? ""];
  for (const [index, fragment] of fragments.entries()) {
    const last = text.pop() ?? "";
    const [first = "", ...rest] = fragment.text;
    text.push(last + first, ...rest);
    text.push((text.pop() ?? "") + (strings[index + 1] ?? ""));
  }
  return { text, parameters: fragments.flatMap(({ parameters }) => parameters) };
}

/** Trusted text, such as a quoted identifier. */
export function raw(text: string): SqlFragment {
  return { text: [text], parameters: [] };
}

/** Fragments with trusted text between them. */
export function joined(fragments: readonly SqlFragment[], separator: string): SqlFragment {
  const [first = raw(""), ...rest] = fragments;
  return rest.reduce((all, fragment) => sql`${all}${raw(separator)}${fragment}`, first);
}

const types: Readonly<Partial<Record<ValueType["kind"], SqlType>>> = {
  uuid: "uuid",
  string: "text",
  enum: "text",
  integer: "bigint",
  number: "double precision",
  decimal: "numeric",
  money: "bigint",
  boolean: "boolean",
  date: "date",
  instant: "timestamptz",
  duration: "bigint",
  json: "jsonb",
  object: "jsonb",
};

/** How PostgreSQL holds values of a type; undefined for lists in lists and for null alone. */
export function sqlTypeOf(type: ValueType): SqlType | undefined {
  if (type.kind !== "list") return types[type.kind];
  const element = types[type.element.kind];
  return element === undefined ? undefined : `${element}[]`;
}

/** A quoted identifier. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The snake_case column of a field. */
export function columnName(field: string): string {
  return field.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
}
