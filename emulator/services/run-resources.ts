import { ApiError } from "../api/errors.ts";
import type { JsonObject } from "../api/json.ts";
import { startLongRunning } from "../state/operations.ts";
import { type Call, parameter, text, type World } from "../world.ts";
import { freshEtag } from "./run-conditions.ts";

/** The parent `projects/P/locations/L` of what a call names. */
export function parentOf(call: Call): string {
  return `projects/${call.project}/locations/${parameter(call, "locationsId")}`;
}

/** A resource of Cloud Run's that a call names; throws 404 as Cloud Run does. */
export function findResource(world: World, call: Call, kind: "services" | "jobs"): JsonObject {
  const collection = kind === "services" ? "runServices" : "runJobs";
  const id = parameter(call, `${kind}Id`);
  const found = world.store.collection<JsonObject>(collection).get(`${parentOf(call)}/${kind}/${id}`);
  if (found !== undefined) return found;
  const region = parameter(call, "locationsId");
  const word = kind === "services" ? "SERVICE" : "JOB";
  throw new ApiError(
    "NOT_FOUND",
    `Resource '${id}' of kind '${word}' in region '${region}' in project '${call.project}' does not exist.`,
  );
}

/** Starts an operation on a resource, which its metadata shows. */
export function operateOn(
  world: World,
  call: Call,
  type: string,
  resource: JsonObject,
  work: () => Promise<JsonObject>,
): JsonObject {
  const start = { type, project: call.project, target: text(resource, "name"), metadata: resource };
  return startLongRunning(world.operations, parentOf(call), start, work);
}

/** What every write of a service or a job sets. */
export function stampOf(current: JsonObject): JsonObject {
  return {
    generation: String(Number(current["generation"] ?? 0) + 1),
    etag: freshEtag(),
    updateTime: new Date().toISOString(),
    creator: "deployer@example.com",
    lastModifier: "deployer@example.com",
    reconciling: true,
  };
}

/** The members of a resource that a PATCH does not reach. */
export function keep(current: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, current[name]]));
}
