import { ApiError } from "../api/errors.ts";
import { type JsonObject, toJson } from "../api/json.ts";
import { checkLabels, checkName } from "../limits.ts";
import type { ServiceRunner } from "../run/service-runner.ts";
import { checkTemplate, completeServiceTemplate } from "../run/template.ts";
import { renderLongRunning } from "../state/operations.ts";
import { type Call, type Handlers, parameter, text, type World } from "../world.ts";
import { policyHandlers } from "./iam-policy.ts";
import { requireEtag } from "./run-conditions.ts";
import { findResource, keep, operateOn, parentOf, stampOf } from "./run-resources.ts";
import { rollOut, templateOf } from "./service-rollout.ts";

const prefix = "run.projects.locations.services";

/** What a PATCH leaves as it is. */
const kept = [
  "name",
  "uid",
  "createTime",
  "uri",
  "urls",
  "latestReadyRevision",
  "latestCreatedRevision",
  "trafficStatuses",
];

/** Throws what Cloud Run refuses at once. */
function checkService(world: World, project: string, body: JsonObject): void {
  checkLabels(body["labels"]);
  checkTemplate(world, project, templateOf(body));
  const audiences = (body["customAudiences"] ?? []) as readonly string[];
  if (JSON.stringify(audiences).length <= 32_768) return;
  throw new ApiError("INVALID_ARGUMENT", "Custom audiences must have at most 32,768 characters in all.");
}

/** What a client may set, with Cloud Run's defaults. */
function desired(body: JsonObject, current: JsonObject): JsonObject {
  const traffic = (body["traffic"] ?? []) as readonly JsonObject[];
  return {
    ingress: "INGRESS_TRAFFIC_ALL",
    launchStage: "GA",
    ...body,
    template: completeServiceTemplate(templateOf(body)),
    traffic: traffic.length > 0 ? traffic : [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }],
    ...stampOf(current),
  };
}

/** Cloud Run v2: services. */
export function runServiceHandlers(world: World, runner: ServiceRunner): Handlers {
  const services = world.store.collection<JsonObject>("runServices");
  const find = (call: Call): JsonObject => findResource(world, call, "services");
  const nameOf = (call: Call): string => text(find(call), "name");
  return {
    ...policyHandlers(world, prefix, nameOf),
    [`${prefix}.create`]: (call) => create(world, runner, call),
    [`${prefix}.get`]: find,
    [`${prefix}.list`]: (call) => ({
      services: services.list(`${parentOf(call)}/services/`).map(([, service]) => service),
    }),
    [`${prefix}.patch`]: (call) => patch(world, runner, call, find(call)),
    [`${prefix}.delete`]: (call) => {
      const service = find(call);
      return operateOn(world, call, "delete", service, () => remove(world, runner, service));
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

async function create(world: World, runner: ServiceRunner, call: Call): Promise<JsonObject> {
  const services = world.store.collection<JsonObject>("runServices");
  const id = parameter(call, "serviceId");
  checkName("runService", "service_id", id);
  checkService(world, call.project, call.body);
  const name = `${parentOf(call)}/services/${id}`;
  if (services.has(name)) throw new ApiError("ALREADY_EXISTS", `Resource '${id}' already exists.`);
  const uri = await runner.open(name);
  const own = { name, uid: crypto.randomUUID(), createTime: new Date().toISOString(), uri, urls: [uri] };
  const made = toJson({ ...desired(call.body, {}), ...own });
  services.put(name, made);
  return operateOn(world, call, "create", made, () => rollOut(world, runner, name, true));
}

function patch(world: World, runner: ServiceRunner, call: Call, current: JsonObject): JsonObject {
  requireEtag(current, call.body);
  checkService(world, call.project, call.body);
  const name = text(current, "name");
  const changed = toJson({ ...desired(call.body, current), ...keep(current, kept) });
  const isReady = current["latestReadyRevision"] === current["latestCreatedRevision"];
  const isSame = JSON.stringify(changed["template"]) === JSON.stringify(current["template"]);
  world.store.collection<JsonObject>("runServices").put(name, changed);
  return operateOn(world, call, "patch", changed, () => rollOut(world, runner, name, !isReady || !isSame));
}

async function remove(world: World, runner: ServiceRunner, service: JsonObject): Promise<JsonObject> {
  const name = text(service, "name");
  await runner.remove(name);
  world.store.collection("runServices").delete(name);
  world.policies.delete(name);
  const revisions = world.store.collection("runRevisions");
  for (const [revision] of revisions.list(`${name}/`)) revisions.delete(revision);
  return { "@type": "type.googleapis.com/google.cloud.run.v2.Service", ...service };
}
