import type { Bundle } from "../bundle/bundle.ts";
import type { JsonObject, JsonSchema } from "../json.ts";
import { securitySchemesOf } from "./security.ts";

/** What operations refer to. */
export function componentsOf(bundle: Bundle): JsonObject {
  return { schemas: { Problem: problem }, headers, securitySchemes: securitySchemesOf(bundle) };
}

/** RFC 9457, as the executor writes it. */
const problem: JsonSchema = {
  type: "object",
  required: ["type", "title", "status", "code", "hint", "instance"],
  properties: {
    type: { type: "string", pattern: "^urn:lintel:problem:[a-z-]+$" },
    title: { type: "string" },
    status: { type: "integer", minimum: 400, maximum: 599 },
    code: { type: "string" },
    detail: { type: "string" },
    hint: { type: "string" },
    instance: { type: "string", description: "The execution, as a URN.", pattern: "^urn:uuid:" },
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["pointer", "detail"],
        properties: {
          pointer: { type: "string", description: "JSON pointer into the input." },
          detail: { type: "string" },
        },
      },
    },
  },
};

const headers: JsonObject = {
  Execution: { description: "Id of the execution, as in the audit log.", schema: { type: "string", format: "uuid" } },
  Deprecation: { description: "RFC 9745.", schema: { type: "string" } },
  Sunset: { description: "RFC 8594: when the tool may be removed.", schema: { type: "string" } },
  Authenticate: { description: "RFC 9110: a bearer token is needed.", schema: { type: "string" } },
  RetryAfter: { description: "Seconds to wait.", schema: { type: "string" } },
  RateLimit: { description: "draft-ietf-httpapi-ratelimit-headers: what is left.", schema: { type: "string" } },
  RateLimitPolicy: { description: "draft-ietf-httpapi-ratelimit-headers: the limit.", schema: { type: "string" } },
  Replayed: { description: "The first answer to this key or delivery.", schema: { type: "string", const: "true" } },
};
