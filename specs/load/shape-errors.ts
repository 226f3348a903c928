import type { ErrorObject } from "ajv";
import { isJsonObject, type JsonValue } from "../json.ts";
import { nodeTypesWith } from "../nodes/types-with-key.ts";
import { suggestion } from "./did-you-mean.ts";
import type { Path, Report } from "./report.ts";
import { placeOfKind } from "./spec-file.ts";

/** Turns ajv's errors into diagnostics, one per problem and place. */
export function reportShapeErrors(errors: readonly ErrorObject[], report: Report): void {
  const seen = new Set<string>();
  for (const error of errors) {
    const key = `${error.instancePath} ${error.keyword} ${error.message ?? ""} ${JSON.stringify(error.params)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    reportShapeError(error, pathOf(error.instancePath), report);
  }
}

/** JSON pointers of the keys that errors are about. */
export function wrongKeys(errors: readonly ErrorObject[]): readonly string[] {
  return errors.map(({ instancePath, params }) => {
    const key: unknown = params["additionalProperty"];
    return typeof key === "string" ? `${instancePath}/${escaped(key)}` : instancePath;
  });
}

/** The value without the wrong keys; items of lists stay, so that the places of others do. */
export function withoutWrongKeys(value: JsonValue, wrong: readonly string[]): JsonValue {
  return withoutKeys(value, "", new Set(wrong));
}

function withoutKeys(value: JsonValue, pointer: string, wrong: ReadonlySet<string>): JsonValue {
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).map((item, index) =>
      withoutKeys(item, `${pointer}/${String(index)}`, wrong),
    );
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, member, `${pointer}/${escaped(key)}`] as const);
  return Object.fromEntries(
    entries.filter(([, , at]) => !wrong.has(at)).map(([key, member, at]) => [key, withoutKeys(member, at, wrong)]),
  );
}

function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

function pathOf(pointer: string): Path {
  if (pointer === "") return [];
  return pointer
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

type Explain = (error: ErrorObject, path: Path, report: Report) => void;

function reportShapeError(error: ErrorObject, path: Path, report: Report): void {
  const explain = explanations[error.keyword];
  if (explain !== undefined) explain(error, path, report);
  else report("bad-value", path, { name: nameOf(path), reason: error.message ?? error.keyword });
}

const explanations: Readonly<Record<string, Explain>> = {
  // `if` only says that a `then` failed, and `propertyNames` that a key did; the error itself stands beside them.
  if: () => undefined,
  propertyNames: () => undefined,
  additionalProperties: unknownKey,
  required: ({ params, data }, path, report) => {
    report("missing-key", path, { key: text(params["missingProperty"]), name: nameOf(path, data) });
  },
  type: ({ params, data, parentSchema }, path, report) => {
    if (path.length === 0) {
      const values = { name: "the file", expected: "a map", found: typeOf(data) };
      report("wrong-type", path, values, { hint: "start with apiVersion, kind and name" });
      return;
    }
    const expected = [params["type"] as string | readonly string[]].flat().map((type) => typeNames[type] ?? type);
    const described: unknown = parentSchema?.["pattern"] === undefined ? undefined : parentSchema["description"];
    const quoted = needsQuotes(expected, data) ? `quote it: "${text(data)}"` : undefined;
    const hint = typeof described === "string" ? described : (quoted ?? yesOrNo(expected, data));
    report("wrong-type", path, { name: nameOf(path), expected: expected.join(" or "), found: typeOf(data) }, { hint });
  },
  enum: notOneOf,
  const: ({ params, data }, path, report) => {
    const expected = text(params["allowedValue"]);
    report(
      "wrong-value",
      path,
      { name: nameOf(path), value: text(data), expected },
      { hint: hintOfConstant(path, data, expected) },
    );
  },
  pattern: badName,
  "false schema": (_, path, report) => {
    report("key-does-not-apply", path, { key: nameOf(path) }, { at: "key" });
  },
  maxProperties: ({ data, parentSchema }, path, report) => {
    const known = isJsonObject(parentSchema?.["properties"]) ? Object.keys(parentSchema["properties"]).join(", ") : "";
    const found = isJsonObject(data) ? Object.keys(data).join(" and ") : "";
    report("bad-value", path, { name: nameOf(path), reason: `takes one of ${known}, and has ${found}` });
  },
  minProperties: (_, path, report) => report("empty-value", path, { name: nameOf(path) }),
  minItems: (_, path, report) => report("empty-value", path, { name: nameOf(path) }),
  minLength: (_, path, report) => report("empty-value", path, { name: nameOf(path) }),
};

const typeNames: Readonly<Record<string, string>> = {
  object: "a map",
  array: "a list",
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  null: "nothing",
};

function unknownKey({ params, parentSchema, data }: ErrorObject, path: Path, report: Report): void {
  const key = text(params["additionalProperty"]);
  const properties: unknown = parentSchema?.["properties"];
  const known = isJsonObject(properties) ? Object.keys(properties).filter((name) => properties[name] !== false) : [];
  const hint = suggestion(key, known);
  const types = hint?.startsWith("did you mean") === true || !isNode(path, data) ? [] : nodeTypesWith(key);
  const elsewhere = types.length === 0 ? hint : `"${key}" is a key of ${types.join(", ")}; ${hint ?? ""}`;
  report("unknown-key", [...path, key], { key, name: nameOf(path, data) }, { at: "key", hint: elsewhere });
}

function isNode(path: Path, data: unknown): boolean {
  return path[0] === "flow" && isJsonObject(data) && typeof data["type"] === "string";
}

function notOneOf({ params, data }: ErrorObject, path: Path, report: Report): void {
  const allowed = params["allowedValues"] as readonly unknown[];
  const isField = path.length === 3 && path[0] === "fields";
  if (isField && (data === "file" || data === "files")) {
    report("no-files", path, { name: text(path[1]) });
    return;
  }
  const expected = allowed.map(text).join(", ");
  const hint = suggestion(text(data), allowed.map(text));
  const isNear = hint?.startsWith("did you mean") === true;
  report("wrong-value", path, { name: nameOf(path), value: text(data), expected }, { hint: isNear ? hint : undefined });
}

/** Files of each kind stand in a folder of their own; what names another kind there lies in the wrong one. */
function hintOfConstant(path: Path, data: unknown, expected: string): string | undefined {
  const place = path.length === 1 && path[0] === "kind" ? placeOfKind(data) : undefined;
  if (place !== undefined) return `a file of kind ${text(data)} is ${place}; move it there, or write kind: ${expected}`;
  const hint = suggestion(text(data), [expected]);
  return hint?.startsWith("did you mean") === true ? hint : undefined;
}

function badName(error: ErrorObject, path: Path, report: Report): void {
  // For a key, ajv gives the map's path and the key beside it.
  const { propertyName } = error as ErrorObject & { readonly propertyName?: string };
  const described: unknown = error.parentSchema?.["description"];
  const hint = typeof described === "string" ? described : `it must match ${text(error.params["pattern"])}`;
  if (propertyName === undefined) {
    report("bad-text", path, { name: nameOf(path), value: text(error.data) }, { hint });
  } else {
    report("bad-text", [...path, propertyName], { name: "key", value: propertyName }, { at: "key", hint });
  }
}

/** What stands at a path: a node by its id, an item by its name, else the key. */
function nameOf(path: Path, data?: unknown): string {
  const last = path.at(-1);
  if (isJsonObject(data) && path.length > 0) {
    const name = data["id"] ?? data["name"];
    if (typeof name === "string") return `"${name}"`;
  }
  if (last === undefined) return "the file";
  const isIndex = /^\d+$/.test(String(last));
  return isIndex && path.length > 1 ? `${String(path.at(-2))}[${String(last)}]` : String(last);
}

function typeOf(data: unknown): string {
  if (data === null) return "nothing";
  const type = Array.isArray(data) ? "array" : typeof data;
  return typeNames[type] ?? type;
}

/** The booleans of YAML 1.1 are text in 1.2. */
function yesOrNo(expected: readonly string[], data: unknown): string | undefined {
  if (!expected.includes("true or false") || typeof data !== "string") return undefined;
  if (/^(y|yes|on)$/i.test(data)) return "write true";
  return /^(n|no|off)$/i.test(data) ? "write false" : undefined;
}

function needsQuotes(expected: readonly string[], data: unknown): boolean {
  return expected.includes("text") && (typeof data === "number" || typeof data === "boolean");
}

function text(value: unknown): string {
  const shown = typeof value === "string" ? value : (JSON.stringify(value) as string | undefined);
  return (shown ?? "").slice(0, 80);
}
