import { ApiError, invalidField } from "../api/errors.ts";
import { isObject, type JsonObject } from "../api/json.ts";
import type { ServiceAccount } from "../identity/service-accounts.ts";
import { checkEnvironment, checkLabels } from "../limits.ts";
import { projectOf } from "../state/projects.ts";
import { text, type World } from "../world.ts";

/** The only container of a template; throws 501 for several, which the emulator does not run. */
export function containerOf(template: JsonObject): JsonObject {
  const containers = (template["containers"] ?? []) as readonly JsonObject[];
  const [container] = containers;
  if (container === undefined) throw invalidField("template.containers", "A template needs a container.");
  if (containers.length > 1)
    throw new ApiError("UNIMPLEMENTED", "The emulator runs one container per instance; this template has several.");
  return container;
}

/** Environment variables of a container. */
export function variablesOf(container: JsonObject): readonly JsonObject[] {
  return (container["env"] ?? []) as readonly JsonObject[];
}

/** The service account a template runs as: the one it names, else the project's default. */
export function accountOf(world: World, project: string, template: JsonObject): string {
  return (
    text(template, "serviceAccount") ||
    `${projectOf(world.store, project).projectNumber}-compute@developer.gserviceaccount.com`
  );
}

/** Throws what Cloud Run refuses at once in a template, for a service and a job alike. */
export function checkTemplate(world: World, project: string, template: JsonObject): void {
  const container = containerOf(template);
  if (text(container, "image") === "")
    throw invalidField("template.containers[0].image", "Container image is required.");
  checkEnvironment(variablesOf(container));
  checkLabels(template["labels"], "template.labels");
  const account = text(template, "serviceAccount");
  if (account !== "" && !world.store.collection<ServiceAccount>("serviceAccounts").has(account)) {
    throw new ApiError(
      "PERMISSION_DENIED",
      `Permission 'iam.serviceaccounts.actAs' denied on service account ${account} (or it may not exist).`,
    );
  }
  checkNetwork(world, project, template);
}

/** Direct VPC egress needs a subnetwork that is there (run/docs/configuring/vpc-direct-vpc). */
function checkNetwork(world: World, project: string, template: JsonObject): void {
  const access = isObject(template["vpcAccess"]) ? template["vpcAccess"] : {};
  for (const one of (access["networkInterfaces"] ?? []) as readonly JsonObject[]) {
    const kept = world.store.collection("compute");
    const [network, subnetwork] = [text(one, "network"), text(one, "subnetwork")];
    const last = (link: string): string => link.split("/").at(-1) ?? "";
    const isThere = kept
      .list()
      .some(([name]) =>
        subnetwork === ""
          ? name.endsWith(`/networks/${last(network)}`)
          : name.endsWith(`/subnetworks/${last(subnetwork)}`),
      );
    if (!isThere)
      throw new ApiError(
        "INVALID_ARGUMENT",
        `VPC network or subnetwork ${subnetwork || network} of project ${project} was not found.`,
      );
  }
}

/** Resource limits that Cloud Run fills in. */
const resources: JsonObject = { limits: { cpu: "1000m", memory: "512Mi" } };

/** A service's template with Cloud Run's defaults. */
export function completeServiceTemplate(template: JsonObject): JsonObject {
  const container = containerOf(template);
  const [port] = (container["ports"] ?? []) as readonly JsonObject[];
  const containerPort = Number(port?.["containerPort"] ?? 8080);
  const completed = {
    startupProbe: { timeoutSeconds: 240, periodSeconds: 240, failureThreshold: 1, tcpSocket: { port: containerPort } },
    ...container,
    ports: [{ name: "http1", ...port, containerPort }],
    resources: {
      ...resources,
      cpuIdle: true,
      startupCpuBoost: true,
      ...(isObject(container["resources"]) ? container["resources"] : {}),
    },
  };
  return {
    timeout: "300s",
    maxInstanceRequestConcurrency: 80,
    ...template,
    scaling: { maxInstanceCount: 100, ...(isObject(template["scaling"]) ? template["scaling"] : {}) },
    containers: [completeProbes(completed, containerPort)],
  };
}

/** Probes with their defaults (run/docs/configuring/healthchecks). */
function completeProbes(container: JsonObject, containerPort: number): JsonObject {
  const probes = ["startupProbe", "livenessProbe", "readinessProbe"].flatMap((name) => {
    const probe = container[name];
    if (!isObject(probe)) return [];
    const actions = ["httpGet", "tcpSocket", "grpc"].flatMap((kind) => {
      const action = probe[kind];
      return isObject(action)
        ? [[kind, { ...(kind === "httpGet" ? { path: "/" } : {}), port: containerPort, ...action }] as const]
        : [];
    });
    return [
      [
        name,
        { timeoutSeconds: 1, periodSeconds: 10, failureThreshold: 3, ...probe, ...Object.fromEntries(actions) },
      ] as const,
    ];
  });
  return { ...container, ...Object.fromEntries(probes) };
}

/** A job's execution template with Cloud Run's defaults. */
export function completeJobTemplate(execution: JsonObject): JsonObject {
  const template = isObject(execution["template"]) ? execution["template"] : {};
  const container = containerOf(template);
  const completed = {
    ...container,
    resources: { ...resources, ...(isObject(container["resources"]) ? container["resources"] : {}) },
  };
  return {
    taskCount: 1,
    ...execution,
    template: {
      timeout: "600s",
      maxRetries: 3,
      executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
      ...template,
      containers: [completed],
    },
  };
}
