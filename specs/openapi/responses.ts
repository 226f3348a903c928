import type { Bundle } from "../bundle/bundle.ts";
import type { JsonObject, JsonSchema } from "../json.ts";
import type { Tool } from "../language/tool.ts";
import type { OpenApiResponse } from "./openapi-document.ts";
import { type ProblemCode, problemStatuses } from "./problem-codes.ts";
import { problemsOf } from "./problems-of.ts";

/** The success, and one response per status of the problems that the tool can answer. */
export function responsesOf(tool: Tool, bundle: Bundle): Readonly<Record<string, OpenApiResponse>> {
  const byStatus = Map.groupBy(problemsOf(tool, bundle), (code) => problemStatuses[code]);
  const problems = [...byStatus].map(([status, codes]) => [String(status), problemOf(tool, codes)] as const);
  const success = [String(tool.status), successOf(tool)] as const;
  return Object.fromEntries([success, ...problems].sort(([one], [other]) => Number(one) - Number(other)));
}

function isBodiless({ trigger }: Tool): boolean {
  return trigger.type === "http" && trigger.method === "HEAD";
}

function successOf(tool: Tool): OpenApiResponse {
  return {
    description: "Done.",
    headers: { ...headersOf(tool), ...replayHeader(tool) },
    ...(isBodiless(tool) ? {} : { content: { "application/json": { schema: tool.output } } }),
  };
}

function problemOf(tool: Tool, codes: readonly ProblemCode[]): OpenApiResponse {
  return {
    description: codes.join(", "),
    headers: {
      ...headersOf(tool),
      ...tokenHeader(codes),
      ...retryHeader(codes),
      ...rateHeaders(codes),
      ...replayHeader(tool),
    },
    ...(isBodiless(tool) ? {} : { content: { "application/problem+json": { schema: problemSchema(codes) } } }),
  };
}

function problemSchema(codes: readonly ProblemCode[]): JsonSchema {
  return { allOf: [{ $ref: "#/components/schemas/Problem" }, { properties: { code: { enum: codes } } }] };
}

function headersOf({ deprecated, sunset }: Tool): JsonObject {
  return {
    "Lintel-Execution": { $ref: "#/components/headers/Execution" },
    ...(deprecated ? { Deprecation: { $ref: "#/components/headers/Deprecation" } } : {}),
    ...(sunset === undefined ? {} : { Sunset: { $ref: "#/components/headers/Sunset" } }),
  };
}

/** Problems after which the executor says when to come back. */
const retried: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  "idempotency-key-in-use",
  "write-contention",
  "external-call-limited",
  "external-call-suspended",
  "database-unavailable",
  "outcome-unknown",
  "too-many-calls",
  "keys-unavailable",
  "overloaded",
  "shutting-down",
]);

function retryHeader(codes: readonly ProblemCode[]): JsonObject {
  return codes.some((code) => retried.has(code)) ? { "Retry-After": { $ref: "#/components/headers/RetryAfter" } } : {};
}

function rateHeaders(codes: readonly ProblemCode[]): JsonObject {
  if (!codes.includes("too-many-calls")) return {};
  return {
    RateLimit: { $ref: "#/components/headers/RateLimit" },
    "RateLimit-Policy": { $ref: "#/components/headers/RateLimitPolicy" },
  };
}

function tokenHeader(codes: readonly ProblemCode[]): JsonObject {
  const isAsked = codes.includes("token-missing") || codes.includes("token-invalid");
  return isAsked ? { "WWW-Authenticate": { $ref: "#/components/headers/Authenticate" } } : {};
}

function replayHeader({ trigger, idempotency }: Tool): JsonObject {
  if (trigger.type === "http" && idempotency === "none") return {};
  return { "Idempotent-Replayed": { $ref: "#/components/headers/Replayed" } };
}
