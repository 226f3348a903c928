import { ApiError } from "../api/errors.ts";
import { isObject, type JsonObject, toJson } from "../api/json.ts";
import type { RevisionStart } from "../run/revision.ts";
import type { ServiceRunner } from "../run/service-runner.ts";
import { text, type World } from "../world.ts";
import { condition, freshEtag } from "./run-conditions.ts";

/** The revision template of a service. */
export function templateOf(service: JsonObject): JsonObject {
  return isObject(service["template"]) ? service["template"] : {};
}

function revisionStart(name: string, revision: string, template: JsonObject): RevisionStart {
  const [, project = "", , region = "", , service = ""] = name.split("/");
  return { project, region, service, revision, template };
}

function succeeded(service: JsonObject, revision: string): JsonObject {
  return {
    ...service,
    reconciling: false,
    observedGeneration: service["generation"],
    latestReadyRevision: revision,
    latestCreatedRevision: revision,
    trafficStatuses: service["traffic"],
    terminalCondition: condition("Ready"),
    conditions: [condition("RoutesReady"), condition("ConfigurationsReady")],
  };
}

function failed(service: JsonObject, revision: string, message: string): JsonObject {
  return {
    ...service,
    reconciling: false,
    observedGeneration: service["generation"],
    latestCreatedRevision: revision,
    terminalCondition: condition("Ready", message),
    conditions: [condition("RoutesReady", message), condition("ConfigurationsReady", message)],
  };
}

/** A revision's short name, as Cloud Run makes one up. */
function revisionName(service: JsonObject): string {
  const id = text(service, "name").split("/").at(-1) ?? "";
  return `${id}-${text(service, "generation").padStart(5, "0")}-${freshEtag().slice(1, 4).toLowerCase()}`;
}

/** Makes a revision of the service's template and moves the traffic to it; on failure the one before keeps serving. */
async function rollOutRevision(world: World, runner: ServiceRunner, service: JsonObject): Promise<JsonObject> {
  const name = text(service, "name");
  const services = world.store.collection<JsonObject>("runServices");
  const revision = revisionName(service);
  const fullName = `${name}/revisions/${revision}`;
  const template = templateOf(service);
  try {
    await runner.deploy(name, revisionStart(name, revision, template));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const message = `Revision '${revision}' is not ready and cannot serve traffic. ${error.message}`;
    services.put(name, toJson(failed(service, fullName, message)));
    throw new ApiError(error.status, message);
  }
  const made = { ...template, name: fullName, service: name, createTime: new Date().toISOString() };
  world.store.collection("runRevisions").put(fullName, toJson({ ...made, conditions: [condition("Ready")] }));
  return toJson(succeeded(service, fullName));
}

/** Brings what `runServices` holds under `name` to life; only a changed template makes a new revision. */
export async function rollOut(
  world: World,
  runner: ServiceRunner,
  name: string,
  needsRevision: boolean,
): Promise<JsonObject> {
  const services = world.store.collection<JsonObject>("runServices");
  const service = services.get(name) ?? {};
  const ready = needsRevision
    ? await rollOutRevision(world, runner, service)
    : toJson(succeeded(service, text(service, "latestReadyRevision")));
  services.put(name, ready);
  return { "@type": "type.googleapis.com/google.cloud.run.v2.Service", ...ready };
}

/** Starts again what served when the emulator ended. */
export async function restartServices(world: World, runner: ServiceRunner): Promise<void> {
  const services = world.store.collection<JsonObject>("runServices");
  const revisions = world.store.collection<JsonObject>("runRevisions");
  const restart = async ([name, service]: readonly [string, JsonObject]): Promise<void> => {
    await runner.open(name);
    if (service["reconciling"] === true) {
      const message = "The emulator ended during the deployment.";
      services.put(name, toJson(failed(service, text(service, "latestCreatedRevision"), message)));
    }
    const ready = text(service, "latestReadyRevision");
    const template = revisions.get(ready);
    if (template === undefined) return;
    // A revision that does not start any more leaves its service answering 503, as at Google.
    await runner.deploy(name, revisionStart(name, ready.split("/").at(-1) ?? "", template)).catch(() => undefined);
  };
  await Promise.all(services.list().map(restart));
}
