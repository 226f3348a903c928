import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import type { Bundle } from "@lintel/specs";
import type { Logger } from "pino";
import { openAdmin } from "../admin/open-admin.ts";
import { sealsTask } from "../audit/seals-task.ts";
import { warnOfExpiry } from "../boot/judge-bundle.ts";
import { openService } from "../boot/open-service.ts";
import { admitBundle, type PreparedBundle } from "../boot/prepared-bundle.ts";
import { readDeployment } from "../deployment.ts";
import { execute } from "../execute.ts";
import { olderBundles } from "../recovery/older-bundles.ts";
import { openRecovery } from "../recovery/recover.ts";
import { refuse } from "../refuse.ts";
import type { Service } from "../service.ts";
import type { Settings } from "../settings.ts";
import { openSweep } from "../sweep/sweep.ts";
import type { Observation } from "../telemetry/observation.ts";
import { createServer } from "./create-server.ts";
import { openPressure } from "./pressure.ts";

/** Milliseconds that calls in flight have to end: of the ten seconds that Cloud Run gives (cloud.google.com/run/docs/container-contract). */
const drainTime = 7500;
/** Milliseconds for the rest, whatever the database or a collector says. */
const closingTime = 2000;

export interface RunningServer {
  readonly port: number;
  readonly digest: string;
  /** Refuses new calls, lets those in flight end, then closes the database. */
  drain(): Promise<void>;
}

export interface StartOptions {
  readonly settings: Settings;
  readonly log: Logger;
  /** Where the bundle is when the environment does not say. */
  readonly defaultBundleUrl: string;
  readonly host?: string;
  /** Milliseconds since 1970; the machine's own by default. Scenarios give their own, so that what depends on time can be tested. */
  readonly clock?: () => number;
  /** Put around the parts of the executor in the place of telemetry: how tests end a process at a certain point. */
  readonly observation?: Observation;
  /** A bundle that was compiled when the image was built; taken for the same bundle only. */
  readonly prepared?: PreparedBundle | undefined;
}

/** Loads, proves, judges, compiles and serves. @throws SettingsError, BundleError, RedBundleError: then nothing listens. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { settings, log, clock = Date.now } = options;
  const url = settings.bundleUrl ?? options.defaultBundleUrl;
  const { bundle, tools: compiled } = await admitBundle(url, settings.bundleDigest, options.prepared);
  warnOfExpiry(readDeployment(settings.deployment)?.acknowledgements ?? [], Date.now(), log);
  const observation = options.observation ?? (await observe(settings, log));
  const service = openService(bundle, { settings, log, clock, observation, compiled });
  connectAhead(service);
  const entrances = { execute, refuse };
  let isDraining = false;
  const openOlder = (older: Bundle) => openService(older, { settings, log, clock, observation, running: service });
  const recovery = openRecovery(service, olderBundles(service, openOlder));
  const admin = settings.admin === undefined ? undefined : openAdmin(settings.admin, bundle, log, recovery);
  const sweep = openSweep(service, recovery, [sealsTask]);
  const pressure = openPressure(settings.limits, log);
  const server = createServer({
    service,
    entrances: observation?.entrances(entrances) ?? entrances,
    secret: settings.secret,
    isDraining: () => isDraining,
    publishesOpenApi: settings.publishesOpenApi,
    limits: settings.limits,
    pressure,
    sweep,
    admin,
  });
  await server.listen({ port: settings.port, host: options.host ?? "0.0.0.0" });
  const { port } = server.server.address() as AddressInfo;
  log.info({ port, digest: bundle.digest, tools: service.tools.size }, "serving");
  // What an instance before this one has left is not left to the next schedule.
  void sweep.run();
  return {
    port,
    digest: bundle.digest,
    drain: async () => {
      isDraining = true;
      await within(drainTime, server.close());
      pressure.close();
      service.durability.leases.close();
      const counted = service.refusals.close();
      const closed = counted.then(() => Promise.all([service.pool.end(), admin?.pool.end()]));
      await within(closingTime, Promise.all([closed, observation?.close()]));
      log.info("drained");
    },
  };
}

/** Waits for it, but no longer than this many milliseconds. */
async function within(time: number, work: PromiseLike<unknown>): Promise<void> {
  const limit = new AbortController();
  const late = setTimeout(time, undefined, { signal: limit.signal, ref: false }).catch(() => undefined);
  try {
    await Promise.race([work, late]);
  } finally {
    limit.abort();
  }
}

/** The first connection is made while the server is, so that the first question finds it; who asks is told of what fails. */
function connectAhead({ pool }: Service): void {
  pool.connect().then(
    (client) => client.release(),
    () => undefined,
  );
}

/** Loads telemetry where it is on, and nothing of it where it is off. */
async function observe({ telemetry }: Settings, log: Logger): Promise<Observation | undefined> {
  if (telemetry === undefined) return undefined;
  const { openTelemetry } = await import("../telemetry/open-telemetry.ts");
  return openTelemetry(telemetry, log);
}
