import { camelCase } from "../api/check-request.ts";
import type { JsonObject } from "../api/json.ts";
import type { Call } from "../world.ts";

/**
 * The top-level members that a PATCH changes: those of `updateMask` (a nested path counts for its first member, which
 * the provider sends whole), or all of the body without one. A named member absent from the body is cleared.
 */
export function mask(call: Call): JsonObject {
  const given = call.query.get("updateMask");
  if (given === null || given === "" || given === "*") return call.body;
  const names = new Set(given.split(",").map((path) => camelCase(path.split(".")[0] ?? "")));
  return Object.fromEntries([...names].map((name) => [name, call.body[name]]));
}
