// Holds an answer of the executor against the document: its status, its headers, its media type and its body.
import {
  isJsonObject,
  type JsonSchema,
  type JsonValue,
  type OpenApiDocument,
  type OpenApiOperation,
} from "@lintel/specs";
import { schemaCompiler } from "../../../executor/boot/compile-schema.ts";
import type { Reply } from "../../executor/start-bookings.ts";

/** Headers that every server sends, or that say how an answer was carried. */
const carried = new Set(["connection", "content-length", "content-type", "cache-control", "date", "keep-alive"]);

/** What an answer of the operation has that the document does not say; empty where it conforms. */
export type Departures = (operation: string, reply: Reply) => readonly string[];

export function departuresFrom(document: OpenApiDocument): Departures {
  const compile = schemaCompiler();
  const validators = new Map<JsonSchema, ReturnType<typeof compile>>();
  const validatorOf = (schema: JsonSchema): ReturnType<typeof compile> => {
    const known = validators.get(schema) ?? compile(inlined(schema, document) as JsonSchema);
    validators.set(schema, known);
    return known;
  };
  return (name, reply) => compare(document, name, reply, validatorOf);
}

function compare(
  document: OpenApiDocument,
  name: string,
  { status, headers, body }: Reply,
  validatorOf: (schema: JsonSchema) => ReturnType<ReturnType<typeof schemaCompiler>>,
): readonly string[] {
  const response = operationNamed(document, name).responses[String(status)];
  if (response === undefined)
    return [`${name}: status ${String(status)} is not written down (${JSON.stringify(body)})`];
  const type = headers.get("content-type") ?? "";
  const schema = response.content?.[type]?.schema;
  if (schema === undefined) return [`${name}: ${String(status)} has no content of type ${type}`];
  const told = new Set(Object.keys(response.headers ?? {}).map((header) => header.toLowerCase()));
  const untold = [...headers.keys()].filter((header) => !carried.has(header) && !told.has(header));
  const problems = validatorOf(schema)(body as JsonValue);
  return [
    ...untold.map((header) => `${name}: ${String(status)} has the header ${header}`),
    ...problems.map(
      ({ pointer, detail }) => `${name}: ${String(status)} ${pointer} ${detail} in ${JSON.stringify(body)}`,
    ),
  ];
}

/** The operation that a request goes to; undefined where the document has none. */
export function operationAt({ paths }: OpenApiDocument, method: string, target: string): string | undefined {
  const parts = (target.split("?")[0] ?? "").split("/");
  const found = Object.entries(paths)
    .filter(([path]) => matches(path.split("/"), parts))
    // A fixed part goes before a parameter.
    .toSorted(([one], [other]) => one.split("{").length - other.split("{").length)
    .flatMap(([, operations]) => Object.entries(operations).find(([name]) => name === method.toLowerCase()) ?? []);
  return (found[1] as OpenApiOperation | undefined)?.operationId;
}

function matches(template: readonly string[], parts: readonly string[]): boolean {
  const isAlike = (part: string, index: number): boolean =>
    part.startsWith("{") ? (parts[index] ?? "") !== "" : part === parts[index];
  return template.length === parts.length && template.every(isAlike);
}

function operationNamed({ paths }: OpenApiDocument, name: string): OpenApiOperation {
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  const found = operations.find(({ operationId }) => operationId === name);
  if (found === undefined) throw new Error(`the document has no ${name}`);
  return found;
}

/** The schema with what it refers to in its place. */
function inlined(value: JsonValue, document: OpenApiDocument): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => inlined(item, document));
  if (!isJsonObject(value)) return value;
  if (typeof value["$ref"] === "string") return inlined(resolved(value["$ref"], document), document);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, inlined(member, document)]));
}

function resolved(reference: string, document: OpenApiDocument): JsonValue {
  return reference
    .split("/")
    .slice(1)
    .reduce<JsonValue>((at, key) => (isJsonObject(at) ? (at[key] ?? null) : null), document as unknown as JsonValue);
}
