import { randomBytes } from "node:crypto";
import { ApiError } from "../api/errors.ts";
import { isObject, type JsonObject, toJson } from "../api/json.ts";
import { checkLabels, checkName, jobNameAndTokenLength } from "../limits.ts";
import { type RunningTasks, runExecution, withOverrides } from "../run/execution.ts";
import { resolveImage } from "../run/instance.ts";
import { checkTemplate, completeJobTemplate } from "../run/template.ts";
import { renderLongRunning } from "../state/operations.ts";
import { type Call, type Handlers, parameter, text, type World } from "../world.ts";
import { policyHandlers } from "./iam-policy.ts";
import { condition, freshEtag, requireEtag } from "./run-conditions.ts";

function objectAt(value: JsonObject, name: string): JsonObject {
  const member = value[name];
  return isObject(member) ? member : {};
}

function checkJob(world: World, project: string, id: string, body: JsonObject): void {
  checkName("runJob", "job_id", id);
  checkLabels(body["labels"]);
  checkTemplate(world, project, objectAt(objectAt(body, "template"), "template"));
  for (const field of ["startExecutionToken", "runExecutionToken"]) {
    if (id.length + text(body, field).length > jobNameAndTokenLength) {
      throw new ApiError(
        "INVALID_ARGUMENT",
        `The sum of the length of the job name and ${field} must be fewer than 63 characters.`,
      );
    }
  }
}

interface Execution {
  readonly name: string;
  readonly work: Promise<JsonObject>;
}

/** Begins an execution of a job; `work` throws when it fails. */
function execute(
  world: World,
  running: RunningTasks,
  job: JsonObject,
  suffix: string,
  overrides: JsonObject,
): Execution {
  const executions = world.store.collection<JsonObject>("runExecutions");
  const jobs = world.store.collection<JsonObject>("runJobs");
  const jobName = text(job, "name");
  const [, project = "", , region = "", , id = ""] = jobName.split("/");
  const outer = objectAt(job, "template");
  const template = withOverrides(objectAt(outer, "template"), overrides);
  const taskCount = Number(overrides["taskCount"] ?? outer["taskCount"] ?? 1);
  const name = `${jobName}/executions/${id}-${suffix}`;
  const now = new Date().toISOString();
  const made = toJson({
    name,
    uid: crypto.randomUUID(),
    job: id,
    createTime: now,
    startTime: now,
    template,
    taskCount,
    parallelism: Number(outer["parallelism"] ?? taskCount),
    launchStage: "GA",
    runningCount: taskCount,
    reconciling: true,
    etag: freshEtag(),
  });
  executions.put(name, made);
  const refer = (reference: JsonObject): void => {
    const current = jobs.get(jobName);
    if (current !== undefined)
      jobs.put(
        jobName,
        toJson({ ...current, latestCreatedExecution: { name: `${id}-${suffix}`, createTime: now, ...reference } }),
      );
  };
  const count = Number(job["executionCount"] ?? 0) + 1;
  jobs.put(jobName, toJson({ ...job, executionCount: count }));
  refer({ completionStatus: "EXECUTION_RUNNING" });
  const work = async (): Promise<JsonObject> => {
    const outcome = await attempt(world, running, {
      project,
      region,
      job: id,
      execution: `${id}-${suffix}`,
      template,
      taskCount,
      parallelism: Number(made["parallelism"]),
    });
    const completionTime = new Date().toISOString();
    refer({
      completionTime,
      completionStatus: outcome.failure === undefined ? "EXECUTION_SUCCEEDED" : "EXECUTION_FAILED",
    });
    const { runningCount: _, ...rest } = made;
    const ended = toJson({
      ...rest,
      ...outcome.counts,
      reconciling: false,
      completionTime,
      conditions: [condition("Completed", outcome.failure)],
    });
    executions.put(name, ended);
    if (outcome.failure !== undefined)
      throw new ApiError("FAILED_PRECONDITION", `Execution ${id}-${suffix} has failed to complete, ${outcome.failure}`);
    return { "@type": "type.googleapis.com/google.cloud.run.v2.Execution", ...ended };
  };
  return { name, work: work() };
}

async function attempt(
  world: World,
  running: RunningTasks,
  start: Parameters<typeof runExecution>[1],
): Promise<{ readonly counts: JsonObject; readonly failure?: string }> {
  try {
    const { succeeded, failed, retried } = await runExecution(world, start, running);
    const counts = { succeededCount: succeeded, failedCount: failed, retriedCount: retried };
    if (failed === 0) return { counts };
    return { counts, failure: `${String(succeeded)}/${String(start.taskCount)} tasks were a success.` };
  } catch (error) {
    return {
      counts: { failedCount: start.taskCount },
      failure: error instanceof Error ? error.message : String(error),
    };
  }
}

/** Marks executions that the emulator's end cut short. */
export function failInterruptedExecutions(world: World): void {
  const executions = world.store.collection<JsonObject>("runExecutions");
  for (const [name, execution] of executions.list()) {
    if (execution["completionTime"] === undefined)
      executions.put(
        name,
        toJson({
          ...execution,
          reconciling: false,
          completionTime: new Date().toISOString(),
          conditions: [condition("Completed", "The emulator ended.")],
        }),
      );
  }
}

/** Cloud Run v2: jobs and their executions. */
export function runJobHandlers(world: World, running: RunningTasks): Handlers {
  const jobs = world.store.collection<JsonObject>("runJobs");
  const executions = world.store.collection<JsonObject>("runExecutions");
  const parent = (call: Call): string => `projects/${call.project}/locations/${parameter(call, "locationsId")}`;
  const nameOf = (call: Call): string => `${parent(call)}/jobs/${parameter(call, "jobsId")}`;
  const find = (call: Call): JsonObject => {
    const found = jobs.get(nameOf(call));
    if (found === undefined)
      throw new ApiError(
        "NOT_FOUND",
        `Resource '${parameter(call, "jobsId")}' of kind 'JOB' in region '${parameter(call, "locationsId")}' in project '${call.project}' does not exist.`,
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
  /** Becomes ready when its image is there and the execution that its token asks for has succeeded. */
  const settle = async (name: string): Promise<JsonObject> => {
    const job = jobs.get(name) ?? {};
    const finish = (failure?: string): JsonObject => {
      const current = jobs.get(name) ?? job;
      jobs.put(
        name,
        toJson({
          ...current,
          reconciling: false,
          observedGeneration: current["generation"],
          terminalCondition: condition("Ready", failure),
          conditions: [condition("Ready", failure)],
        }),
      );
      return { "@type": "type.googleapis.com/google.cloud.run.v2.Job", ...jobs.get(name) };
    };
    try {
      await resolveImage(world, objectAt(objectAt(job, "template"), "template"));
      const token = text(job, "runExecutionToken") || text(job, "startExecutionToken");
      const isNew = token !== "" && !executions.has(`${name}/executions/${name.split("/").at(-1) ?? ""}-${token}`);
      const work = isNew ? execute(world, running, job, token, {}).work : Promise.resolve({});
      if (text(job, "runExecutionToken") !== "") await work;
      else work.catch(() => undefined);
      return finish();
    } catch (error) {
      if (error instanceof ApiError) finish(error.message);
      throw error;
    }
  };
  const desired = (body: JsonObject, current: JsonObject): JsonObject => ({
    launchStage: "GA",
    ...body,
    template: completeJobTemplate(objectAt(body, "template")),
    generation: String(Number(current["generation"] ?? 0) + 1),
    etag: freshEtag(),
    updateTime: new Date().toISOString(),
    creator: "deployer@example.com",
    lastModifier: "deployer@example.com",
    reconciling: true,
  });
  const prefix = "run.projects.locations.jobs";
  return {
    ...policyHandlers(world, prefix, (call) => {
      find(call);
      return nameOf(call);
    }),
    [`${prefix}.create`]: (call) => {
      const id = parameter(call, "jobId");
      checkJob(world, call.project, id, call.body);
      const name = `${parent(call)}/jobs/${id}`;
      if (jobs.has(name)) throw new ApiError("ALREADY_EXISTS", `Resource '${id}' already exists.`);
      const made = toJson({
        ...desired(call.body, {}),
        name,
        uid: crypto.randomUUID(),
        createTime: new Date().toISOString(),
        executionCount: 0,
      });
      jobs.put(name, made);
      return operate(call, "create", name, made, () => settle(name));
    },
    [`${prefix}.get`]: find,
    [`${prefix}.list`]: (call) => ({ jobs: jobs.list(`${parent(call)}/jobs/`).map(([, job]) => job) }),
    [`${prefix}.patch`]: (call) => {
      const current = find(call);
      requireEtag(current, call.body);
      checkJob(world, call.project, parameter(call, "jobsId"), call.body);
      const { uid, createTime, executionCount, latestCreatedExecution } = current;
      const changed = toJson({
        ...desired(call.body, current),
        name: nameOf(call),
        uid,
        createTime,
        executionCount,
        latestCreatedExecution,
      });
      jobs.put(nameOf(call), changed);
      return operate(call, "patch", nameOf(call), changed, () => settle(nameOf(call)));
    },
    [`${prefix}.delete`]: (call) => {
      const job = find(call);
      return operate(call, "delete", nameOf(call), job, () => {
        jobs.delete(nameOf(call));
        world.policies.delete(nameOf(call));
        for (const [name] of executions.list(`${nameOf(call)}/`)) executions.delete(name);
        return Promise.resolve({ "@type": "type.googleapis.com/google.cloud.run.v2.Job", ...job });
      });
    },
    [`${prefix}.run`]: (call) => {
      const started = execute(
        world,
        running,
        find(call),
        randomBytes(4).toString("hex").slice(0, 5),
        objectAt(call.body, "overrides"),
      );
      return operate(call, "run", started.name, executions.get(started.name) ?? {}, () => started.work);
    },
    [`${prefix}.executions.get`]: (call) => {
      const found = executions.get(`${nameOf(call)}/executions/${parameter(call, "executionsId")}`);
      if (found === undefined)
        throw new ApiError(
          "NOT_FOUND",
          `Resource '${parameter(call, "executionsId")}' of kind 'EXECUTION' does not exist.`,
        );
      return found;
    },
    [`${prefix}.executions.list`]: (call) => ({
      executions: executions.list(`${nameOf(call)}/executions/`).map(([, execution]) => execution),
    }),
  };
}
