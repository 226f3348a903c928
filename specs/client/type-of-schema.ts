import { isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "../json.ts";

/** Whether a property with a default may be left out: the executor fills it into an input, and it is always in an output. */
export type Direction = "input" | "output";

/** The TypeScript type of the values of a schema; limits that types cannot say are left out. */
export function typeOfSchema(schema: JsonSchema, direction: Direction): string {
  const parts = [own(schema, direction), ...composed(schema, direction)].filter((part) => part !== undefined);
  if (parts.length === 0) return "unknown";
  return parts.length === 1 ? (parts[0] ?? "unknown") : parts.map(grouped).join(" & ");
}

/** What the schema says itself, undefined where it says nothing. */
function own(schema: JsonSchema, direction: Direction): string | undefined {
  const listed = schema["const"] === undefined ? schema["enum"] : [schema["const"]];
  if (Array.isArray(listed)) return union((listed as readonly JsonValue[]).map((value) => literal(value)));
  const { type } = schema;
  if (type === undefined) return schema["properties"] === undefined ? undefined : objectType(schema, direction);
  return union([type as string | readonly string[]].flat().map((name) => named(name, schema, direction)));
}

function named(type: string, schema: JsonSchema, direction: Direction): string {
  if (type === "object") return objectType(schema, direction);
  if (type === "array") return `readonly ${grouped(typeOfSchema(partOf(schema["items"]), direction))}[]`;
  return type === "integer" ? "number" : type;
}

function composed(schema: JsonSchema, direction: Direction): readonly string[] {
  const types = (key: string): readonly string[] => {
    const list = schema[key];
    return Array.isArray(list) ? list.map((part: JsonValue) => typeOfSchema(partOf(part), direction)) : [];
  };
  return [...types("allOf"), ...["anyOf", "oneOf"].map((key) => union(types(key))).filter((text) => text !== "")];
}

function objectType(schema: JsonSchema, direction: Direction): string {
  const properties: JsonObject = isJsonObject(schema["properties"]) ? schema["properties"] : {};
  const required: readonly unknown[] = Array.isArray(schema["required"]) ? schema["required"] : [];
  const members = Object.entries(properties).map(([name, value]) => {
    const part = partOf(value);
    const isThere = required.includes(name) && !(direction === "input" && part["default"] !== undefined);
    return `${comment(part)}readonly ${propertyName(name)}${isThere ? "" : "?"}: ${typeOfSchema(part, direction)}; `;
  });
  const other = schema["additionalProperties"];
  const isOpen = isJsonObject(other) || other === true || (members.length === 0 && other !== false);
  const index = members.length === 0 && isJsonObject(other) ? typeOfSchema(other, direction) : "unknown";
  if (!isOpen) return members.length === 0 ? "Readonly<Record<string, never>>" : `{ ${members.join("")}}`;
  // Named properties would have to fit a narrower index.
  return `{ ${members.join("")}readonly [name: string]: ${index}; }`;
}

function comment({ description, deprecated }: JsonSchema): string {
  const lines = [typeof description === "string" ? description : "", deprecated === true ? "@deprecated" : ""];
  return docComment(lines.filter((line) => line !== "").join(" "));
}

/** A JSDoc comment on one line, which the text cannot end; empty for none. */
export function docComment(text: string): string {
  return text === "" ? "" : `/** ${text.replaceAll(/\s+/gu, " ").replaceAll("*/", "*\\/")} */ `;
}

function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/u.test(name) ? name : JSON.stringify(name);
}

function partOf(value: JsonValue | undefined): JsonSchema {
  return isJsonObject(value) ? value : {};
}

function union(types: readonly string[]): string {
  return [...new Set(types)].map((type) => (type.includes(" & ") ? `(${type})` : type)).join(" | ");
}

function grouped(type: string): string {
  return /[ ]/u.test(type) && !type.startsWith("{") ? `(${type})` : type;
}

function literal(value: JsonValue): string {
  if (Array.isArray(value)) return `readonly [${(value as readonly JsonValue[]).map(literal).join(", ")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `readonly ${propertyName(name)}: ${literal(member)}; `);
  return `{ ${members.join("")}}`;
}
