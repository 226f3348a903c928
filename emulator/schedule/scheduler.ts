import { setTimeout as sleep } from "node:timers/promises";
import { Cron } from "croner";
import { isObject, type JsonObject, toJson } from "../api/json.ts";
import { text, type World } from "../world.ts";
import { fire } from "./fire.ts";

/** Fires the jobs of Cloud Scheduler by their cron expressions. */
export interface Scheduler {
  /** Begins, changes or ends a job's schedule to what the store holds. */
  refresh(name: string): void;
  /** Fires a job at once, with its retries; resolves when the last attempt is over. */
  runNow(name: string): Promise<void>;
  stop(): void;
}

/** The next time an unpaused job fires; undefined when never. Throws on a bad expression or time zone. */
export function nextRun(schedule: string, timeZone: string): Date | undefined {
  return new Cron(schedule, { timezone: timeZone, paused: true }).nextRun() ?? undefined;
}

/** Opens the scheduler; the store's jobs begin with `refresh`. */
export function openScheduler(world: World): Scheduler {
  const jobs = world.store.collection<JsonObject>("schedulerJobs");
  const clocks = new Map<string, Cron>();
  const run = async (name: string): Promise<void> => {
    const job = jobs.get(name);
    if (job === undefined) return;
    const scheduled = new Date();
    const status = await fireWithRetries(world, job, scheduled);
    const current = jobs.get(name);
    if (current === undefined) return;
    const isGood = status >= 200 && status < 300;
    jobs.put(
      name,
      toJson({
        ...current,
        lastAttemptTime: scheduled.toISOString(),
        scheduleTime: nextOf(current),
        status: isGood ? {} : { code: status === 0 ? 14 : 2 },
      }),
    );
  };
  return {
    refresh: (name) => {
      clocks.get(name)?.stop();
      clocks.delete(name);
      const job = jobs.get(name);
      if (job === undefined || job["state"] === "PAUSED") return;
      clocks.set(
        name,
        new Cron(
          text(job, "schedule"),
          { timezone: text(job, "timeZone") || "UTC", unref: true },
          () => void run(name),
        ),
      );
    },
    runNow: run,
    stop: () => {
      for (const clock of clocks.values()) clock.stop();
    },
  };
}

function nextOf(job: JsonObject): string | undefined {
  return job["state"] === "PAUSED"
    ? undefined
    : nextRun(text(job, "schedule"), text(job, "timeZone") || "UTC")?.toISOString();
}

function seconds(value: string): number {
  return Number.parseFloat(value) * 1000;
}

/** Tries until an attempt succeeds or `retryConfig` is used up (reference/rest/v1/projects.locations.jobs#RetryConfig). */
async function fireWithRetries(world: World, job: JsonObject, scheduled: Date): Promise<number> {
  const retry = isObject(job["retryConfig"]) ? job["retryConfig"] : {};
  const count = Number(retry["retryCount"] ?? 0);
  const longest = seconds(text(retry, "maxBackoffDuration") || "3600s");
  let delay = seconds(text(retry, "minBackoffDuration") || "5s");
  let status = await fire(world, job, scheduled);
  for (let attempt = 0; attempt < count && (status < 200 || status >= 300); attempt += 1) {
    await sleep(delay, undefined, { ref: false });
    delay = Math.min(delay * 2, longest);
    status = await fire(world, job, scheduled);
  }
  return status;
}
