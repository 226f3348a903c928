import { checkValue, type Violation, withoutReadOnly } from "./check-value.ts";
import { ApiError } from "./errors.ts";
import type { Json, JsonObject } from "./json.ts";
import { isObject } from "./json.ts";
import type { Method } from "./method.ts";

function refuse(prefix: string, violations: readonly Violation[]): void {
  if (violations.length === 0) return;
  throw new ApiError("INVALID_ARGUMENT", violations.map((violation) => prefix + violation.description).join("\n"), {
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        fieldViolations: violations.map(({ field, description }) => ({ field, description })),
      },
    ],
  });
}

/** The JSON name of a proto field. */
export function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** A query whose parameters have their JSON names: Google binds the proto names too, and the provider sends some. */
export function canonicalQuery(method: Method, query: URLSearchParams): URLSearchParams {
  const isKnown = (name: string): boolean => method.described.parameters?.[name]?.location === "query";
  return new URLSearchParams(
    [...query].map(([name, value]): [string, string] => [
      !isKnown(name) && isKnown(camelCase(name)) ? camelCase(name) : name,
      value,
    ]),
  );
}

/** Throws 400 unless every query parameter is known to the method or to the whole API, and fits its type. */
export function checkQuery(method: Method, query: URLSearchParams): void {
  const { described, description } = method;
  const violations = [...query].flatMap(([name, value]): readonly Violation[] => {
    const own = described.parameters?.[name];
    const known = own?.location === "query" ? own : description.parameters[name];
    if (known === undefined) {
      return [
        {
          field: name,
          description: `Unknown name "${name}": Cannot bind query parameter. Field '${name}' could not be found in request message.`,
        },
      ];
    }
    const typed: Json = known.type === "boolean" && /^(true|false)$/.test(value) ? value === "true" : value;
    return checkValue(description.schemas, known, typed, name);
  });
  refuse("Invalid JSON payload received. ", violations);
  const missing = Object.entries(described.parameters ?? {}).find(
    ([name, parameter]) => parameter.location === "query" && parameter.required === true && !query.has(name),
  );
  if (missing !== undefined) throw new ApiError("INVALID_ARGUMENT", `Missing required parameter: ${missing[0]}`);
}

/** Throws 400 unless the path's parameters match the patterns that the description gives them. */
export function checkPath(method: Method, resource: string): void {
  for (const [name, parameter] of Object.entries(method.described.parameters ?? {})) {
    if (parameter.location !== "path" || parameter.pattern === undefined) continue;
    if (method.resource !== undefined && !new RegExp(parameter.pattern).test(resource)) {
      throw new ApiError(
        "INVALID_ARGUMENT",
        `Invalid value for ${name}: "${resource}" does not match ${parameter.pattern}`,
      );
    }
  }
}

/** Parses and checks a body against the method's request schema; answers it without output-only members. */
export function checkBody(method: Method, text: string): JsonObject {
  if (text.trim() === "") return {};
  const { described, description } = method;
  const schema = described.request;
  const value = parse(text);
  if (schema === undefined) {
    if (Object.keys(value).length === 0) return value;
    throw new ApiError("INVALID_ARGUMENT", `${described.id} takes no request body`);
  }
  refuse("Invalid JSON payload received. ", checkValue(description.schemas, schema, value, ""));
  const kept = withoutReadOnly(description.schemas, schema, value);
  return isObject(kept) ? kept : {};
}

function parse(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError("INVALID_ARGUMENT", "Invalid JSON payload received. Unexpected token.");
  }
  if (!isObject(value))
    throw new ApiError("INVALID_ARGUMENT", "Invalid JSON payload received. Root element must be a message.");
  return value;
}
