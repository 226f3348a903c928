import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "../api/errors.ts";
import type { JsonObject } from "../api/json.ts";
import type { World } from "../world.ts";
import type { Container } from "./container-runtime.ts";
import { freePort } from "./free-port.ts";
import { probeOf, startInstance } from "./instance.ts";
import { waitForStart, watchLiveness } from "./probe.ts";
import { containerOf } from "./template.ts";

/** One revision of a service, by what it is made of. */
export interface RevisionStart {
  readonly project: string;
  readonly region: string;
  readonly service: string;
  readonly revision: string;
  readonly template: JsonObject;
}

/** A revision with a running instance, restarted when it ends or stops being live. */
export interface Revision {
  readonly name: string;
  readonly template: JsonObject;
  /** The port of its instance; undefined while none is ready. */
  port(): number | undefined;
  stop(): Promise<void>;
}

/** How long Cloud Run waits between SIGTERM and SIGKILL (run/docs/container-contract#instance-shutdown). */
const grace = 10_000;

interface Instance {
  readonly container: Container;
  readonly port: number;
  readonly ended: AbortController;
}

/** Starts one instance and waits for its startup probe. */
async function startReady(world: World, start: RevisionStart): Promise<Instance> {
  const { service, revision, template } = start;
  const port = await freePort();
  const environment = { PORT: String(port), K_SERVICE: service, K_REVISION: revision, K_CONFIGURATION: service };
  const container = await startInstance(world, { ...start, name: service, environment });
  const ended = new AbortController();
  void container.exited.then(() => {
    ended.abort();
  });
  const probe = probeOf(containerOf(template), "startupProbe") ?? {};
  if (await waitForStart(probe, port, ended.signal)) return { container, port, ended };
  await container.stop(0);
  throw new ApiError(
    "FAILED_PRECONDITION",
    "The user-provided container failed to start and listen on the port defined provided by the PORT=8080 environment variable within the allocated timeout. This can happen when the container port is misconfigured or if the timeout is too short. The health check timeout can be extended. Logs for this revision might contain more information.",
  );
}

/** Starts a revision; throws Cloud Run's error when its first instance does not become ready. */
export async function startRevision(world: World, start: RevisionStart): Promise<Revision> {
  let current: Instance | undefined = await startReady(world, start);
  const stopped = new AbortController();
  const isStopped = (): boolean => stopped.signal.aborted;
  const keep = async (instance: Instance): Promise<void> => {
    const liveness = probeOf(containerOf(start.template), "livenessProbe");
    if (liveness !== undefined) {
      void watchLiveness(liveness, instance.port, instance.ended.signal, () => void instance.container.stop(0));
    }
    await instance.container.exited;
    current = undefined;
    for (let delay = 500; !isStopped(); delay = Math.min(delay * 2, 30_000)) {
      await sleep(delay, undefined, { ref: false });
      if (isStopped()) return;
      current = await startReady(world, start).catch(() => undefined);
      if (current !== undefined) return keep(current);
    }
  };
  void keep(current);
  return {
    name: start.revision,
    template: start.template,
    port: () => current?.port,
    stop: async () => {
      stopped.abort();
      await current?.container.stop(grace);
    },
  };
}
