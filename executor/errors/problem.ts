import type { JsonObject } from "@lintel/specs";
import { catalogue } from "./catalogue.ts";
import type { ExecutionError } from "./execution-error.ts";

export const problemMediaType = "application/problem+json";

/** The problem document of an error (RFC 9457); `instance` is the execution's id as a URN (RFC 9562). */
export function problemOf(error: ExecutionError, executionId: string): JsonObject {
  const { status, message, hint } = catalogue[error.code];
  return {
    type: `urn:lintel:problem:${error.code}`,
    title: message,
    status,
    code: error.code,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    hint,
    instance: `urn:uuid:${executionId}`,
    ...(error.errors.length === 0 ? {} : { errors: error.errors.map(({ pointer, detail }) => ({ pointer, detail })) }),
  };
}
