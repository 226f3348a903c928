import { randomBytes } from "node:crypto";
import { ApiError } from "../api/errors.ts";
import { type JsonObject, toJson } from "../api/json.ts";
import { checkLabels, checkName, jobNameAndTokenLength } from "../limits.ts";
import type { RunningTasks } from "../run/execution.ts";
import { resolveImage } from "../run/instance.ts";
import { checkTemplate, completeJobTemplate } from "../run/template.ts";
import { type Call, type Handlers, parameter, text, type World } from "../world.ts";
import { policyHandlers } from "./iam-policy.ts";
import { condition, requireEtag } from "./run-conditions.ts";
import { execute, executionHandlers, objectAt } from "./run-executions.ts";
import { findResource, keep, operateOn, parentOf, stampOf } from "./run-resources.ts";

const prefix = "run.projects.locations.jobs";

/** What a PATCH leaves as it is. */
const kept = ["name", "uid", "createTime", "executionCount", "latestCreatedExecution"];

function checkJob(world: World, project: string, id: string, body: JsonObject): void {
  checkName("runJob", "job_id", id);
  checkLabels(body["labels"]);
  checkTemplate(world, project, objectAt(objectAt(body, "template"), "template"));
  for (const field of ["startExecutionToken", "runExecutionToken"]) {
    if (id.length + text(body, field).length <= jobNameAndTokenLength) continue;
    const message = `The sum of the length of the job name and ${field} must be fewer than 63 characters.`;
    throw new ApiError("INVALID_ARGUMENT", message);
  }
}

/** What a client may set, with Cloud Run's defaults. */
function desired(body: JsonObject, current: JsonObject): JsonObject {
  const template = completeJobTemplate(objectAt(body, "template"));
  return { launchStage: "GA", ...body, template, ...stampOf(current) };
}

/** Runs the execution that the job's token asks for, unless it has run; waits for it when the token says so. */
async function honourToken(world: World, running: RunningTasks, job: JsonObject): Promise<void> {
  const isAwaited = text(job, "runExecutionToken") !== "";
  const token = text(job, "runExecutionToken") || text(job, "startExecutionToken");
  const name = text(job, "name");
  const execution = `${name}/executions/${name.split("/").at(-1) ?? ""}-${token}`;
  if (token === "" || world.store.collection("runExecutions").has(execution)) return;
  const { work } = execute(world, running, job, token, {});
  if (isAwaited) await work;
  else work.catch(() => undefined);
}

/** A job becomes ready when its image is there and the execution that it waits for has succeeded. */
async function settle(world: World, running: RunningTasks, name: string): Promise<JsonObject> {
  const jobs = world.store.collection<JsonObject>("runJobs");
  const finish = (failure?: string): JsonObject => {
    const current = jobs.get(name) ?? {};
    const terminalCondition = condition("Ready", failure);
    const ended = { reconciling: false, observedGeneration: current["generation"], terminalCondition };
    jobs.put(name, toJson({ ...current, ...ended, conditions: [terminalCondition] }));
    return { "@type": "type.googleapis.com/google.cloud.run.v2.Job", ...jobs.get(name) };
  };
  const job = jobs.get(name) ?? {};
  try {
    await resolveImage(world, objectAt(objectAt(job, "template"), "template"));
    await honourToken(world, running, job);
    return finish();
  } catch (error) {
    if (error instanceof ApiError) finish(error.message);
    throw error;
  }
}

/** Cloud Run v2: jobs and their executions. */
export function runJobHandlers(world: World, running: RunningTasks): Handlers {
  const jobs = world.store.collection<JsonObject>("runJobs");
  const find = (call: Call): JsonObject => findResource(world, call, "jobs");
  return {
    ...policyHandlers(world, prefix, (call) => text(find(call), "name")),
    ...executionHandlers(world),
    [`${prefix}.create`]: (call) => create(world, running, call),
    [`${prefix}.get`]: find,
    [`${prefix}.list`]: (call) => ({ jobs: jobs.list(`${parentOf(call)}/jobs/`).map(([, job]) => job) }),
    [`${prefix}.patch`]: (call) => {
      const current = find(call);
      requireEtag(current, call.body);
      checkJob(world, call.project, parameter(call, "jobsId"), call.body);
      const changed = toJson({ ...desired(call.body, current), ...keep(current, kept) });
      const name = text(changed, "name");
      jobs.put(name, changed);
      return operateOn(world, call, "patch", changed, () => settle(world, running, name));
    },
    [`${prefix}.delete`]: (call) => {
      const job = find(call);
      return operateOn(world, call, "delete", job, () => Promise.resolve(remove(world, job)));
    },
    [`${prefix}.run`]: (call) => {
      const suffix = randomBytes(4).toString("hex").slice(0, 5);
      const begun = execute(world, running, find(call), suffix, objectAt(call.body, "overrides"));
      const execution = world.store.collection<JsonObject>("runExecutions").get(begun.name) ?? {};
      return operateOn(world, call, "run", execution, () => begun.work);
    },
  };
}

function create(world: World, running: RunningTasks, call: Call): JsonObject {
  const jobs = world.store.collection<JsonObject>("runJobs");
  const id = parameter(call, "jobId");
  checkJob(world, call.project, id, call.body);
  const name = `${parentOf(call)}/jobs/${id}`;
  if (jobs.has(name)) throw new ApiError("ALREADY_EXISTS", `Resource '${id}' already exists.`);
  const own = { name, uid: crypto.randomUUID(), createTime: new Date().toISOString(), executionCount: 0 };
  const made = toJson({ ...desired(call.body, {}), ...own });
  jobs.put(name, made);
  return operateOn(world, call, "create", made, () => settle(world, running, name));
}

function remove(world: World, job: JsonObject): JsonObject {
  const name = text(job, "name");
  world.store.collection("runJobs").delete(name);
  world.policies.delete(name);
  const executions = world.store.collection("runExecutions");
  for (const [execution] of executions.list(`${name}/`)) executions.delete(execution);
  return { "@type": "type.googleapis.com/google.cloud.run.v2.Job", ...job };
}
