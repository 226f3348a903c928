import type { JsonObject } from "../api/json.ts";
import type { Call } from "../world.ts";

/** Compute Engine's resources by their path `projects/...`; what changes them answers an operation. */
export interface ComputeStore {
  /** Throws 404. */
  find(path: string): JsonObject;
  has(path: string): boolean;
  list(parent: string): readonly JsonObject[];
  insert(call: Call, parent: string, kind: string, defaults: JsonObject): JsonObject;
  change(call: Call, path: string, type: string, changes: JsonObject): JsonObject;
  /** Throws 400 while another resource lies in the network. */
  remove(call: Call, path: string): JsonObject;
}

/** The path `projects/...` of a self link, an id or a partial path. */
export function pathOf(link: string): string {
  return link.slice(Math.max(0, link.indexOf("projects/")));
}
