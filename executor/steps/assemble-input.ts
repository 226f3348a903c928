import { isJsonObject, type JsonObject, type JsonSchema, type JsonValue, type Tool } from "@lintel/specs";
import type { Call, Parameters } from "../admission/call.ts";
import { readBody } from "../admission/read-body.ts";
import { ExecutionError } from "../errors/execution-error.ts";

/** One object of path parameters and of query parameters (GET, HEAD, DELETE) or the body; a schedule has no input. */
export function assembleInput(tool: Tool, call: Call): JsonObject {
  if (call.trigger === "schedule") return {};
  const isBodiless = tool.trigger.type === "http" && /^(?:GET|HEAD|DELETE)$/u.test(tool.trigger.method);
  const rest = isBodiless ? queryInput(tool, call) : bodyInput(call);
  const path = coerceAll(call.path, tool.input);
  const twice = Object.keys(path).find((name) => Object.hasOwn(rest, name));
  if (twice !== undefined) {
    throw new ExecutionError("invalid-input", { errors: [{ pointer: `/${twice}`, detail: "is in the path already" }] });
  }
  return { ...rest, ...path };
}

function queryInput(tool: Tool, call: Call): JsonObject {
  if (call.body !== undefined && call.body.length > 0) {
    throw new ExecutionError("malformed-request", { detail: "this method takes query parameters, not a body" });
  }
  return coerceAll(call.query, tool.input);
}

function bodyInput(call: Call): JsonObject {
  const [extra] = Object.keys(call.query);
  if (extra !== undefined && call.trigger === "http") {
    throw new ExecutionError("malformed-request", { detail: "this method takes a body, not query parameters" });
  }
  const type = call.trigger === "webhook" ? "application/json" : call.contentType;
  const body = readBody(call.body, { type, encoding: call.contentEncoding });
  if (body === undefined) return {};
  if (!isJsonObject(body)) throw new ExecutionError("malformed-body", { detail: "it is not an object" });
  return body;
}

/** Parameters are text: they become what the schema's property types say, and stay text where they do not read so. */
function coerceAll(parameters: Parameters, schema: JsonSchema): JsonObject {
  const properties = isJsonObject(schema["properties"]) ? schema["properties"] : {};
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      return [name, coerce(value, isJsonObject(property) ? property : {})] as const;
    }),
  );
}

function coerce(value: string | readonly string[], schema: JsonSchema): JsonValue {
  const types = [schema["type"] ?? "string"].flat();
  if (types.includes("array")) {
    const items = isJsonObject(schema["items"]) ? schema["items"] : {};
    return [value].flat().map((text) => coerce(text, items));
  }
  if (typeof value !== "string") return value;
  if (types.includes("integer") && /^-?\d+$/u.test(value)) return Number(value);
  if (types.includes("number") && /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/u.test(value)) return Number(value);
  if (types.includes("boolean") && (value === "true" || value === "false")) return value === "true";
  return types.includes("null") && !types.includes("string") && value === "null" ? null : value;
}
