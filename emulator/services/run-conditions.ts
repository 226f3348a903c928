import { randomBytes } from "node:crypto";
import { ApiError } from "../api/errors.ts";
import type { JsonObject } from "../api/json.ts";
import { text } from "../world.ts";

/** A condition of Cloud Run's: succeeded, or failed with a message. */
export function condition(type: string, failure?: string): JsonObject {
  const lastTransitionTime = new Date().toISOString();
  if (failure === undefined) return { type, state: "CONDITION_SUCCEEDED", lastTransitionTime };
  return {
    type,
    state: "CONDITION_FAILED",
    message: failure,
    severity: "ERROR",
    reason: "HEALTH_CHECK_CONTAINER_ERROR",
    lastTransitionTime,
  };
}

/** A new etag, in quotes as Cloud Run's are. */
export function freshEtag(): string {
  return `"${randomBytes(12).toString("base64url").replaceAll(/[_-]/g, "x")}"`;
}

/** Throws 409 when a request names an etag that is not the current one. */
export function requireEtag(current: JsonObject, body: JsonObject): void {
  const wanted = text(body, "etag");
  if (wanted === "" || wanted === current["etag"]) return;
  throw new ApiError(
    "ABORTED",
    `Conflict for resource '${text(current, "name").split("/").at(-1) ?? ""}': version '${wanted}' was specified but current version is '${text(current, "etag")}'.`,
  );
}
