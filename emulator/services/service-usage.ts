import { catalogue } from "../api/catalogue.ts";
import { ApiError } from "../api/errors.ts";
import type { JsonObject } from "../api/json.ts";
import { renderLongRunning } from "../state/operations.ts";
import { projectOf } from "../state/projects.ts";
import type { Store } from "../state/store.ts";
import { type Call, type Handlers, parameter, type World } from "../world.ts";

const enabledByDefault: readonly string[] = catalogue.filter((api) => api.enabledByDefault).map((api) => api.service);

/** Says whether a project may use an API. */
function isEnabled(store: Store, project: string, service: string): boolean {
  return store.collection<boolean>("services").get(`${project}/${service}`) ?? enabledByDefault.includes(service);
}

/** Throws 403 SERVICE_DISABLED, worded and detailed as Google's front end does. */
export function requireEnabled(store: Store, project: string, service: string): void {
  if (isEnabled(store, project, service)) return;
  const { projectNumber } = projectOf(store, project);
  throw new ApiError(
    "PERMISSION_DENIED",
    `${service} has not been used in project ${projectNumber} before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/${service}/overview?project=${projectNumber} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`,
    {
      reason: "accessNotConfigured",
      details: [
        {
          "@type": "type.googleapis.com/google.rpc.ErrorInfo",
          reason: "SERVICE_DISABLED",
          domain: "googleapis.com",
          metadata: { service, consumer: `projects/${projectNumber}` },
        },
      ],
    },
  );
}

function render(store: Store, project: string, service: string): JsonObject {
  const { projectNumber } = projectOf(store, project);
  return {
    name: `projects/${projectNumber}/services/${service}`,
    parent: `projects/${projectNumber}`,
    config: { name: service },
    state: isEnabled(store, project, service) ? "ENABLED" : "DISABLED",
  };
}

function projectIdOf(store: Store, call: Call): string {
  return projectOf(store, parameter(call, "v1Id1")).projectId;
}

function checkServiceName(service: string): void {
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(service)) return;
  throw new ApiError("PERMISSION_DENIED", `Not found or permission denied for service(s): ${service}.`);
}

/** Service Usage v1: which APIs a project may use. */
export function serviceUsageHandlers(world: World): Handlers {
  const { store, operations } = world;
  const enabled = store.collection<boolean>("services");
  const change = (project: string, services: readonly string[], on: boolean): JsonObject => {
    services.forEach(checkServiceName);
    const start = {
      name: `operations/acf.${crypto.randomUUID()}`,
      type: on ? "enable" : "disable",
      project,
      target: services.join(),
    };
    const record = operations.start(start, () => {
      for (const service of services) enabled.put(`${project}/${service}`, on);
      return Promise.resolve({ services: services.map((service) => render(store, project, service)) });
    });
    return renderLongRunning(record);
  };
  return {
    "serviceusage.services.list": (call) => {
      const project = projectIdOf(store, call);
      const own = enabled.list(`${project}/`).map(([key]) => key.slice(project.length + 1));
      const all = [...new Set([...enabledByDefault, ...own])].sort();
      const wanted = call.query.get("filter")?.split(":")[1];
      const services = all.map((service) => render(store, project, service));
      return { services: services.filter((service) => wanted === undefined || service["state"] === wanted) };
    },
    "serviceusage.services.get": (call) => render(store, projectIdOf(store, call), parameter(call, "servicesId")),
    "serviceusage.services.enable": (call) => change(projectIdOf(store, call), [parameter(call, "servicesId")], true),
    "serviceusage.services.batchEnable": (call) =>
      change(projectIdOf(store, call), (call.body["serviceIds"] ?? []) as readonly string[], true),
    "serviceusage.services.disable": (call) => change(projectIdOf(store, call), [parameter(call, "servicesId")], false),
    "serviceusage.operations.get": async (call) => renderLongRunning(await operations.poll(call.resource)),
  };
}
