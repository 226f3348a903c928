import { ApiError } from "../api/errors.ts";
import { isObject, type JsonObject, toJson } from "../api/json.ts";
import { checkLabels, checkName } from "../limits.ts";
import type { RevisionStart } from "../run/revision.ts";
import type { ServiceRunner } from "../run/service-runner.ts";
import { checkTemplate, completeServiceTemplate } from "../run/template.ts";
import { renderLongRunning } from "../state/operations.ts";
import { type Call, type Handlers, parameter, text, type World } from "../world.ts";
import { policyHandlers } from "./iam-policy.ts";
import { condition, freshEtag, requireEtag } from "./run-conditions.ts";

function templateOf(service: JsonObject): JsonObject {
  return isObject(service["template"]) ? service["template"] : {};
}

function revisionStart(name: string, revision: string, template: JsonObject): RevisionStart {
  const [, project = "", , region = "", , service = ""] = name.split("/");
  return { project, region, service, revision, template };
}

/** Throws what Cloud Run refuses at once. */
function checkService(world: World, project: string, body: JsonObject): void {
  checkLabels(body["labels"]);
  checkTemplate(world, project, templateOf(body));
  const audiences = (body["customAudiences"] ?? []) as readonly string[];
  if (JSON.stringify(audiences).length > 32_768)
    throw new ApiError("INVALID_ARGUMENT", "Custom audiences must have at most 32,768 characters in all.");
}

/** What a client may set, with Cloud Run's defaults. */
function desired(body: JsonObject, current: JsonObject): JsonObject {
  const traffic = (body["traffic"] ?? []) as readonly JsonObject[];
  const generation = String(Number(current["generation"] ?? 0) + 1);
  return {
    ingress: "INGRESS_TRAFFIC_ALL",
    launchStage: "GA",
    ...body,
    template: completeServiceTemplate(templateOf(body)),
    traffic: traffic.length > 0 ? traffic : [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }],
    generation,
    etag: freshEtag(),
    updateTime: new Date().toISOString(),
    creator: "deployer@example.com",
    lastModifier: "deployer@example.com",
    reconciling: true,
  };
}

/** Only a changed template makes a new revision. */
function needsRevision(service: JsonObject, current: JsonObject): boolean {
  const ready = current["latestReadyRevision"] === current["latestCreatedRevision"];
  return !ready || JSON.stringify(service["template"]) !== JSON.stringify(current["template"]);
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

/** Deploys what `runServices` holds under `name`; on failure the revision before keeps serving. */
async function rollOut(world: World, runner: ServiceRunner, name: string, isNew: boolean): Promise<JsonObject> {
  const services = world.store.collection<JsonObject>("runServices");
  const service = services.get(name) ?? {};
  const short = name.split("/").at(-1) ?? "";
  const revision = isNew
    ? `${short}-${text(service, "generation").padStart(5, "0")}-${freshEtag().slice(1, 4).toLowerCase()}`
    : text(service, "latestReadyRevision");
  const fullRevision = isNew ? `${name}/revisions/${revision}` : revision;
  try {
    if (isNew) {
      const start = revisionStart(name, revision, templateOf(service));
      await runner.deploy(name, start);
      world.store.collection("runRevisions").put(
        fullRevision,
        toJson({
          ...start.template,
          name: fullRevision,
          service: name,
          createTime: new Date().toISOString(),
          conditions: [condition("Ready")],
        }),
      );
    }
    const ready = toJson(succeeded(service, fullRevision));
    services.put(name, ready);
    return { "@type": "type.googleapis.com/google.cloud.run.v2.Service", ...ready };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const message = `Revision '${revision}' is not ready and cannot serve traffic. ${error.message}`;
    services.put(name, toJson(failed(service, fullRevision, message)));
    throw new ApiError(error.status, message);
  }
}

/** Starts again what served when the emulator ended. */
export async function restartServices(world: World, runner: ServiceRunner): Promise<void> {
  const revisions = world.store.collection<JsonObject>("runRevisions");
  const services = world.store.collection<JsonObject>("runServices").list();
  await Promise.all(
    services.map(async ([name, service]) => {
      await runner.open(name);
      if (service["reconciling"] === true) {
        const interrupted = failed(
          service,
          text(service, "latestCreatedRevision"),
          "The emulator ended during the deployment.",
        );
        world.store.collection<JsonObject>("runServices").put(name, toJson(interrupted));
      }
      const ready = text(service, "latestReadyRevision");
      const template = revisions.get(ready);
      if (template !== undefined)
        await runner.deploy(name, revisionStart(name, ready.split("/").at(-1) ?? "", template)).catch(() => undefined);
    }),
  );
}

/** Cloud Run v2: services. */
export function runServiceHandlers(world: World, runner: ServiceRunner): Handlers {
  const services = world.store.collection<JsonObject>("runServices");
  const parent = (call: Call): string => `projects/${call.project}/locations/${parameter(call, "locationsId")}`;
  const nameOf = (call: Call): string => `${parent(call)}/services/${parameter(call, "servicesId")}`;
  const find = (call: Call): JsonObject => {
    const found = services.get(nameOf(call));
    if (found === undefined)
      throw new ApiError(
        "NOT_FOUND",
        `Resource '${parameter(call, "servicesId")}' of kind 'SERVICE' in region '${parameter(call, "locationsId")}' in project '${call.project}' does not exist.`,
      );
    return found;
  };
  const operate = (
    call: Call,
    type: string,
    target: string,
    metadata: JsonObject,
    work: () => Promise<JsonObject>,
  ): JsonObject => {
    const start = {
      name: `${parent(call)}/operations/${crypto.randomUUID()}`,
      type,
      project: call.project,
      target,
      metadata,
    };
    return renderLongRunning(world.operations.start(start, work));
  };
  const prefix = "run.projects.locations.services";
  return {
    ...policyHandlers(world, prefix, (call) => {
      find(call);
      return nameOf(call);
    }),
    [`${prefix}.create`]: async (call) => {
      const id = parameter(call, "serviceId");
      checkName("runService", "service_id", id);
      checkService(world, call.project, call.body);
      const name = `${parent(call)}/services/${id}`;
      if (services.has(name)) throw new ApiError("ALREADY_EXISTS", `Resource '${id}' already exists.`);
      const uri = await runner.open(name);
      const made = toJson({
        ...desired(call.body, {}),
        name,
        uid: crypto.randomUUID(),
        createTime: new Date().toISOString(),
        uri,
        urls: [uri],
      });
      services.put(name, made);
      return operate(call, "create", name, made, () => rollOut(world, runner, name, true));
    },
    [`${prefix}.get`]: find,
    [`${prefix}.list`]: (call) => ({
      services: services.list(`${parent(call)}/services/`).map(([, service]) => service),
    }),
    [`${prefix}.patch`]: (call) => {
      const current = find(call);
      const name = nameOf(call);
      requireEtag(current, call.body);
      checkService(world, call.project, call.body);
      const { uid, createTime, uri, urls, latestReadyRevision, latestCreatedRevision, trafficStatuses } = current;
      const changed = toJson({
        ...desired(call.body, current),
        name,
        uid,
        createTime,
        uri,
        urls,
        latestReadyRevision,
        latestCreatedRevision,
        trafficStatuses,
      });
      services.put(name, changed);
      return operate(call, "patch", name, changed, () => rollOut(world, runner, name, needsRevision(changed, current)));
    },
    [`${prefix}.delete`]: (call) => {
      const service = find(call);
      const name = nameOf(call);
      return operate(call, "delete", name, service, async () => {
        await runner.remove(name);
        services.delete(name);
        world.policies.delete(name);
        const revisions = world.store.collection("runRevisions");
        for (const [revision] of revisions.list(`${name}/`)) revisions.delete(revision);
        return { "@type": "type.googleapis.com/google.cloud.run.v2.Service", ...service };
      });
    },
    [`${prefix}.revisions.list`]: (call) => ({
      revisions: world.store
        .collection<JsonObject>("runRevisions")
        .list(`${nameOf(call)}/`)
        .map(([, revision]) => revision),
    }),
    "run.projects.locations.operations.get": async (call) =>
      renderLongRunning(await world.operations.poll(call.resource)),
  };
}
