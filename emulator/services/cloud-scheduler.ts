import { ApiError, invalidField } from "../api/errors.ts";
import { isObject, type JsonObject, toJson } from "../api/json.ts";
import type { ServiceAccount } from "../identity/service-accounts.ts";
import { checkName } from "../limits.ts";
import { nextRun, type Scheduler } from "../schedule/scheduler.ts";
import { withProjectId } from "../state/projects.ts";
import { type Call, type Handlers, parameter, text, type World } from "../world.ts";
import { mask } from "./update-mask.ts";

/** Throws 400 for what Cloud Scheduler refuses. */
function checkJob(world: World, job: JsonObject): void {
  const timeZone = text(job, "timeZone") || "UTC";
  if (!isTimeZone(timeZone)) throw invalidField("time_zone", `Invalid time zone: ${timeZone}`);
  const schedule = text(job, "schedule");
  // Cloud Scheduler's cron has five fields; seconds are not among them.
  if (schedule.trim().split(/\s+/).length !== 5 || !isSchedule(schedule, timeZone)) {
    throw invalidField("schedule", "Schedule or time zone is invalid.");
  }
  const target = job["httpTarget"];
  if (!isObject(target)) throw new ApiError("UNIMPLEMENTED", "The emulator fires HTTP targets only.");
  if (!/^https?:\/\/[^/]/.test(text(target, "uri")))
    throw invalidField("http_target.uri", `Invalid URI: ${text(target, "uri")}`);
  for (const kind of ["oidcToken", "oauthToken"]) {
    const token = target[kind];
    const email = isObject(token) ? text(token, "serviceAccountEmail") : undefined;
    if (email === undefined || world.store.collection<ServiceAccount>("serviceAccounts").has(email)) continue;
    throw new ApiError("NOT_FOUND", `Service account ${email} was not found.`);
  }
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}

function isSchedule(schedule: string, timeZone: string): boolean {
  try {
    nextRun(schedule, timeZone);
    return true;
  } catch {
    return false;
  }
}

/** A job with Cloud Scheduler's defaults. */
function complete(job: JsonObject): JsonObject {
  const target = isObject(job["httpTarget"]) ? job["httpTarget"] : {};
  const headers = isObject(target["headers"]) ? target["headers"] : {};
  const retry = {
    maxRetryDuration: "0s",
    minBackoffDuration: "5s",
    maxBackoffDuration: "3600s",
    maxDoublings: 5,
    ...(isObject(job["retryConfig"]) ? job["retryConfig"] : {}),
  };
  const oidc = target["oidcToken"];
  const withAudience = isObject(oidc) ? { oidcToken: { audience: target["uri"], ...oidc } } : {};
  return toJson({
    state: "ENABLED",
    timeZone: "UTC",
    attemptDeadline: "180s",
    ...job,
    retryConfig: retry,
    httpTarget: {
      httpMethod: "POST",
      ...target,
      ...withAudience,
      headers: { "User-Agent": "Google-Cloud-Scheduler", ...headers },
    },
    scheduleTime: nextRun(text(job, "schedule"), text(job, "timeZone") || "UTC")?.toISOString(),
    userUpdateTime: new Date().toISOString(),
  });
}

/** Cloud Scheduler v1: jobs with HTTP targets. */
export function cloudSchedulerHandlers(world: World, scheduler: Scheduler): Handlers {
  const jobs = world.store.collection<JsonObject>("schedulerJobs");
  const parent = (call: Call): string => `projects/${call.project}/locations/${parameter(call, "locationsId")}`;
  const nameOf = (call: Call): string => `${parent(call)}/jobs/${parameter(call, "jobsId")}`;
  const find = (call: Call): JsonObject => {
    const found = jobs.get(nameOf(call));
    if (found === undefined) throw new ApiError("NOT_FOUND", "Job not found.");
    return found;
  };
  const keep = (name: string, job: JsonObject): JsonObject => {
    checkJob(world, job);
    jobs.put(name, complete({ ...job, name }));
    scheduler.refresh(name);
    return jobs.get(name) ?? {};
  };
  const turn = (call: Call, state: string): JsonObject => keep(nameOf(call), { ...find(call), state });
  const prefix = "cloudscheduler.projects.locations.jobs";
  return {
    [`${prefix}.create`]: (call) => {
      const given = withProjectId(world.store, text(call.body, "name"));
      const name = given === "" ? `${parent(call)}/jobs/${String(Date.now())}` : given;
      if (!name.startsWith(`${parent(call)}/jobs/`))
        throw invalidField("job.name", `Job name must begin with ${parent(call)}/jobs/.`);
      checkName("schedulerJob", "job.name", name.split("/").at(-1) ?? "");
      if (jobs.has(name)) throw new ApiError("ALREADY_EXISTS", `Job ${name} already exists.`);
      return keep(name, call.body);
    },
    [`${prefix}.get`]: find,
    [`${prefix}.list`]: (call) => ({ jobs: jobs.list(`${parent(call)}/jobs/`).map(([, job]) => job) }),
    [`${prefix}.patch`]: (call) => keep(nameOf(call), { ...find(call), ...mask(call), state: find(call)["state"] }),
    [`${prefix}.delete`]: (call) => {
      find(call);
      jobs.delete(nameOf(call));
      scheduler.refresh(nameOf(call));
      return {};
    },
    [`${prefix}.pause`]: (call) => turn(call, "PAUSED"),
    [`${prefix}.resume`]: (call) => turn(call, "ENABLED"),
    [`${prefix}.run`]: (call) => {
      const job = find(call);
      void scheduler.runNow(nameOf(call));
      return job;
    },
  };
}
