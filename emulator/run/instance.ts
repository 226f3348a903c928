import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { ApiError } from "../api/errors.ts";
import { isObject, type JsonObject } from "../api/json.ts";
import { openMetadataServer } from "../identity/metadata-server.ts";
import { projectOf } from "../state/projects.ts";
import { text, type World } from "../world.ts";
import type { Container } from "./container-runtime.ts";
import { resolveEnvironment } from "./environment.ts";
import { accountOf, containerOf } from "./template.ts";

/** What a service's instance or a job's task is started from. */
export interface InstanceStart {
  readonly project: string;
  readonly region: string;
  /** Name of the service or the job: its log is `logs/NAME.log`. */
  readonly name: string;
  readonly template: JsonObject;
  /** What Cloud Run itself sets: PORT, K_SERVICE, CLOUD_RUN_JOB and so on. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Throws Cloud Run's error unless the image is there; answers the reference to start. */
export async function resolveImage(world: World, template: JsonObject): Promise<string> {
  const image = text(containerOf(template), "image");
  const resolved = await world.runtime.resolve(image);
  if (resolved === undefined) throw new ApiError("NOT_FOUND", `Image '${image}' not found.`);
  return resolved;
}

/** Starts a container with its own metadata server, which ends with it. */
export async function startInstance(world: World, start: InstanceStart): Promise<Container> {
  const { project, region, template } = start;
  const container = containerOf(template);
  const account = accountOf(world, project, template);
  const image = await resolveImage(world, template);
  const values = resolveEnvironment(world, project, account, container);
  const { projectNumber } = projectOf(world.store, project);
  const metadata = await openMetadataServer(world.tokens, {
    project,
    projectNumber,
    region,
    account,
    instance: randomBytes(32).toString("hex"),
  });
  const started = await world.runtime.start({
    name: start.name,
    image,
    command: (container["command"] ?? []) as readonly string[],
    args: (container["args"] ?? []) as readonly string[],
    environment: { ...values, ...start.environment, GCE_METADATA_HOST: metadata.host, ...placesOf(world) },
    logFile: logFileOf(world.store.folder, start.name),
  });
  void started.exited.then(() => {
    metadata.close();
  });
  return started;
}

/** What a container must be told: identity tokens name accounts.google.com at Google, and its APIs are elsewhere. */
function placesOf({ url }: World): Readonly<Record<string, string>> {
  return { LINTEL_GOOGLE_ISSUER: url, LINTEL_IAM_CREDENTIALS_URL: `${url}/iamcredentials` };
}

/** Where the output of a service's or a job's containers goes. */
export function logFileOf(folder: string, name: string): string {
  return join(folder, "logs", `${name}.log`);
}

/** A probe of a container by name; `fallback` when it has none. */
export function probeOf(container: JsonObject, name: "startupProbe" | "livenessProbe"): JsonObject | undefined {
  const probe = container[name];
  return isObject(probe) ? probe : undefined;
}
