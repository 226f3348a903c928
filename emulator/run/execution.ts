import { ApiError } from "../api/errors.ts";
import { isObject, type JsonObject } from "../api/json.ts";
import { text, type World } from "../world.ts";
import type { Container } from "./container-runtime.ts";
import { startInstance } from "./instance.ts";

/** One execution of a job. */
export interface ExecutionStart {
  readonly project: string;
  readonly region: string;
  readonly job: string;
  /** Short name. */
  readonly execution: string;
  readonly template: JsonObject;
  readonly taskCount: number;
  readonly parallelism: number;
}

/** Counts of an execution that has ended. */
export interface ExecutionResult {
  readonly succeeded: number;
  readonly failed: number;
  readonly retried: number;
}

/** Containers that run tasks now, so that they end with the emulator. */
export type RunningTasks = Set<Container>;

/** Ends the task at its timeout; answers whether it succeeded. */
async function runAttempt(
  world: World,
  start: ExecutionStart,
  index: number,
  attempt: number,
  running: RunningTasks,
): Promise<boolean> {
  const environment = {
    CLOUD_RUN_JOB: start.job,
    CLOUD_RUN_EXECUTION: start.execution,
    CLOUD_RUN_TASK_INDEX: String(index),
    CLOUD_RUN_TASK_ATTEMPT: String(attempt),
    CLOUD_RUN_TASK_COUNT: String(start.taskCount),
  };
  const container = await startInstance(world, { ...start, name: start.job, environment });
  running.add(container);
  const timeout = Number.parseFloat(text(start.template, "timeout") || "600s") * 1000;
  const timer = setTimeout(() => void container.stop(10_000), timeout);
  const code = await container.exited;
  clearTimeout(timer);
  running.delete(container);
  return code === 0;
}

/** Runs all tasks of an execution, each as often as `maxRetries` allows; throws when one cannot be started at all. */
export async function runExecution(
  world: World,
  start: ExecutionStart,
  running: RunningTasks,
): Promise<ExecutionResult> {
  const retries = Number(start.template["maxRetries"] ?? 3);
  const waiting = Array.from({ length: start.taskCount }, (_, index) => index);
  const result = { succeeded: 0, failed: 0, retried: 0 };
  const work = async (): Promise<void> => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      let isDone = false;
      for (let attempt = 0; attempt <= retries && !isDone; attempt += 1) {
        if (attempt > 0) result.retried += 1;
        isDone = await runAttempt(world, start, index, attempt, running);
      }
      if (isDone) result.succeeded += 1;
      else result.failed += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(start.parallelism, start.taskCount)) }, work));
  return result;
}

/** A job's template with the overrides of a `:run` request applied. */
export function withOverrides(template: JsonObject, overrides: JsonObject): JsonObject {
  const [change = {}] = (overrides["containerOverrides"] ?? []) as readonly JsonObject[];
  const [container] = (template["containers"] ?? []) as readonly JsonObject[];
  if (!isObject(container)) throw new ApiError("INVALID_ARGUMENT", "The job has no container to override.");
  const args = change["clearArgs"] === true ? [] : (change["args"] ?? container["args"]);
  const added = (change["env"] ?? []) as readonly JsonObject[];
  const names = new Set(added.map((variable) => variable["name"]));
  const kept = ((container["env"] ?? []) as readonly JsonObject[]).filter((variable) => !names.has(variable["name"]));
  const timeout = overrides["timeout"] ?? template["timeout"];
  return { ...template, timeout, containers: [{ ...container, args, env: [...kept, ...added] }] };
}
