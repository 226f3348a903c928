import { ApiError } from "../api/errors.ts";
import { isObject, type JsonObject, toJson } from "../api/json.ts";
import { type ExecutionStart, type RunningTasks, runExecution, withOverrides } from "../run/execution.ts";
import { type Call, type Handlers, parameter, text, type World } from "../world.ts";
import { condition, freshEtag } from "./run-conditions.ts";
import { findResource } from "./run-resources.ts";

/** An execution that has begun; `work` throws when it fails. */
export interface BegunExecution {
  readonly name: string;
  readonly work: Promise<JsonObject>;
}

/** The object member of a checked body, or an empty one. */
export function objectAt(value: JsonObject, name: string): JsonObject {
  const member = value[name];
  return isObject(member) ? member : {};
}

interface Outcome {
  readonly counts: JsonObject;
  readonly failure?: string;
}

function startOf(job: JsonObject, suffix: string, overrides: JsonObject): ExecutionStart {
  const [, project = "", , region = "", , id = ""] = text(job, "name").split("/");
  const outer = objectAt(job, "template");
  const taskCount = Number(overrides["taskCount"] ?? outer["taskCount"] ?? 1);
  const parallelism = Number(outer["parallelism"] ?? taskCount);
  const template = withOverrides(objectAt(outer, "template"), overrides);
  return { project, region, job: id, execution: `${id}-${suffix}`, template, taskCount, parallelism };
}

async function attempt(world: World, running: RunningTasks, start: ExecutionStart): Promise<Outcome> {
  try {
    const { succeeded, failed, retried } = await runExecution(world, start, running);
    const counts = { succeededCount: succeeded, failedCount: failed, retriedCount: retried };
    if (failed === 0) return { counts };
    return { counts, failure: `${succeeded}/${start.taskCount} tasks were a success.` };
  } catch (error) {
    return {
      counts: { failedCount: start.taskCount },
      failure: error instanceof Error ? error.message : String(error),
    };
  }
}

/** Notes in the job what became of its latest execution. */
function refer(world: World, jobName: string, reference: JsonObject): void {
  const jobs = world.store.collection<JsonObject>("runJobs");
  const current = jobs.get(jobName);
  if (current === undefined) return;
  const latest = { ...objectAt(current, "latestCreatedExecution"), ...reference };
  jobs.put(jobName, toJson({ ...current, latestCreatedExecution: latest }));
}

/** Begins an execution `JOB-SUFFIX` of a job. */
export function execute(
  world: World,
  running: RunningTasks,
  job: JsonObject,
  suffix: string,
  overrides: JsonObject,
): BegunExecution {
  const executions = world.store.collection<JsonObject>("runExecutions");
  const jobName = text(job, "name");
  const start = startOf(job, suffix, overrides);
  const { template, taskCount, parallelism } = start;
  const name = `${jobName}/executions/${start.execution}`;
  const now = new Date().toISOString();
  const shape = { name, uid: crypto.randomUUID(), job: start.job, createTime: now, startTime: now, etag: freshEtag() };
  const made = toJson({ ...shape, template, taskCount, parallelism, launchStage: "GA" });
  executions.put(name, { ...made, runningCount: taskCount, reconciling: true });
  const executionCount = Number(job["executionCount"] ?? 0) + 1;
  world.store.collection<JsonObject>("runJobs").put(jobName, { ...job, executionCount, latestCreatedExecution: {} });
  refer(world, jobName, { name: start.execution, createTime: now, completionStatus: "EXECUTION_RUNNING" });
  const work = async (): Promise<JsonObject> => {
    const { counts, failure } = await attempt(world, running, start);
    const completionTime = new Date().toISOString();
    const completionStatus = failure === undefined ? "EXECUTION_SUCCEEDED" : "EXECUTION_FAILED";
    refer(world, jobName, { completionTime, completionStatus });
    const conditions = [condition("Completed", failure)];
    const ended = toJson({ ...made, ...counts, reconciling: false, completionTime, conditions });
    executions.put(name, ended);
    if (failure === undefined) return { "@type": "type.googleapis.com/google.cloud.run.v2.Execution", ...ended };
    throw new ApiError("FAILED_PRECONDITION", `Execution ${start.execution} has failed to complete, ${failure}`);
  };
  return { name, work: work() };
}

/** Marks executions that the emulator's end cut short. */
export function failInterruptedExecutions(world: World): void {
  const executions = world.store.collection<JsonObject>("runExecutions");
  const conditions = [condition("Completed", "The emulator ended.")];
  for (const [name, execution] of executions.list()) {
    if (execution["completionTime"] !== undefined) continue;
    const completionTime = new Date().toISOString();
    executions.put(name, toJson({ ...execution, reconciling: false, completionTime, conditions }));
  }
}

/** Cloud Run v2: executions of jobs. */
export function executionHandlers(world: World): Handlers {
  const executions = world.store.collection<JsonObject>("runExecutions");
  const parent = (call: Call): string => `${text(findResource(world, call, "jobs"), "name")}/executions/`;
  return {
    "run.projects.locations.jobs.executions.get": (call) => {
      const id = parameter(call, "executionsId");
      const found = executions.get(parent(call) + id);
      if (found === undefined) throw new ApiError("NOT_FOUND", `Resource '${id}' of kind 'EXECUTION' does not exist.`);
      return found;
    },
    "run.projects.locations.jobs.executions.list": (call) => ({
      executions: executions.list(parent(call)).map(([, execution]) => execution),
    }),
  };
}
