import { parametersOf } from "../compile/compile-trigger.ts";
import { isJsonObject, type JsonObject, type JsonSchema } from "../json.ts";
import type { HttpTrigger, Tool, WebhookTrigger } from "../language/tool.ts";
import type { OpenApiOperation, OpenApiParameter } from "./openapi-document.ts";

type Request = Pick<OpenApiOperation, "parameters" | "requestBody">;

/** Where a tool's input goes: the path, the query of methods without a body, or the body. */
export function requestOf(tool: Tool, names: ReadonlyMap<string, string>): Request {
  const { trigger, input } = tool;
  if (trigger.type === "schedule") return {};
  if (trigger.type === "webhook") return { ...listed(webhookHeaders(trigger)), ...bodyOf(input, true) };
  const path = pathParameters(trigger, input, names);
  const rest = without(input, new Set(parametersOf(trigger.path)));
  const headers = idempotencyHeader(tool);
  if (/^(?:GET|HEAD|DELETE)$/u.test(trigger.method)) return listed([...path, ...queryParameters(rest), ...headers]);
  return { ...listed([...path, ...headers]), ...bodyOf(rest, false) };
}

function listed(parameters: readonly OpenApiParameter[]): Request {
  return parameters.length === 0 ? {} : { parameters };
}

function propertiesOf(schema: JsonSchema): JsonObject {
  return isJsonObject(schema["properties"]) ? schema["properties"] : {};
}

function requiredOf(schema: JsonSchema): readonly string[] {
  return Array.isArray(schema["required"]) ? (schema["required"] as readonly string[]) : [];
}

function pathParameters(
  { path }: HttpTrigger,
  input: JsonSchema,
  names: ReadonlyMap<string, string>,
): readonly OpenApiParameter[] {
  return parametersOf(path).map((name) => ({
    name: names.get(name) ?? name,
    in: "path",
    required: true,
    ...described(propertiesOf(input)[name]),
  }));
}

function queryParameters(schema: JsonSchema): readonly OpenApiParameter[] {
  const required = requiredOf(schema);
  return Object.entries(propertiesOf(schema)).flatMap(([name, property]): readonly OpenApiParameter[] => {
    // A query holds text and lists of it; an object in it is refused by the executor.
    if (isJsonObject(property) && [property["type"] ?? []].flat().includes("object")) return [];
    return [{ name, in: "query", ...(required.includes(name) ? { required: true } : {}), ...described(property) }];
  });
}

function described(property: unknown): Pick<OpenApiParameter, "schema" | "description" | "deprecated"> {
  const { description, deprecated, ...schema } = isJsonObject(property) ? property : {};
  return {
    ...(typeof description === "string" ? { description } : {}),
    ...(deprecated === true ? { deprecated } : {}),
    schema,
  };
}

/** The schema without the properties that stand in the path, also where alternatives name them. */
function without(schema: JsonSchema, names: ReadonlySet<string>): JsonSchema {
  if (names.size === 0) return schema;
  const { properties, required, ...rest } = schema;
  const kept = Object.entries(isJsonObject(properties) ? properties : {}).filter(([name]) => !names.has(name));
  const needed = requiredOf({ required: required ?? [] }).filter((name) => !names.has(name));
  const composed = (["allOf", "anyOf", "oneOf"] as const).flatMap((key) => {
    const parts = schema[key];
    return Array.isArray(parts) ? [[key, parts.filter(isJsonObject).map((part) => without(part, names))] as const] : [];
  });
  return {
    ...rest,
    ...(needed.length === 0 ? {} : { required: needed }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(kept) }),
    ...Object.fromEntries(composed),
  };
}

/** No body at all reads as an empty object; a webhook's body is always there, as it is what is signed. */
function bodyOf(schema: JsonSchema, isRequired: boolean): Request {
  const isEmpty = Object.keys(propertiesOf(schema)).length === 0 && schema["additionalProperties"] === false;
  if (isEmpty && !isRequired) return {};
  const required = isRequired || !acceptsNothing(schema);
  return { requestBody: { required, content: { "application/json": { schema } } } };
}

/** Whether an empty object matches, as far as that can be seen; a required property with a default is filled in. */
function acceptsNothing(schema: JsonSchema): boolean {
  const properties = propertiesOf(schema);
  const isFilled = (name: string): boolean => {
    const property = properties[name];
    return isJsonObject(property) && property["default"] !== undefined;
  };
  const isComposed = ["allOf", "anyOf", "oneOf", "minProperties", "enum", "const"].some(
    (key) => schema[key] !== undefined,
  );
  return !isComposed && requiredOf(schema).every(isFilled);
}

function idempotencyHeader({ idempotency }: Tool): readonly OpenApiParameter[] {
  if (idempotency === "none") return [];
  return [
    {
      name: "Idempotency-Key",
      in: "header",
      required: idempotency === "required",
      description:
        "One key per intended effect: the same key and input are answered with the first answer, for 24 hours.",
      schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[!-~]+$" },
    },
  ];
}

/** Besides the signature, which is a security scheme. */
function webhookHeaders({ signature, idHeader }: WebhookTrigger): readonly OpenApiParameter[] {
  const header = (name: string, required: boolean, description: string): OpenApiParameter => {
    return { name, in: "header", required, description, schema: { type: "string" } };
  };
  return [
    ...(signature.timestampHeader === undefined
      ? []
      : [header(signature.timestampHeader, true, "Seconds since 1970; signed with the body.")]),
    ...(idHeader === undefined ? [] : [header(idHeader, false, "Tells deliveries apart; by default their bodies do.")]),
  ];
}
