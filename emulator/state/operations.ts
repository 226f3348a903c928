import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "../api/errors.ts";
import type { JsonObject } from "../api/json.ts";
import type { Collection, Store } from "./store.ts";

/** A long-running operation as it is kept; each API family renders it its own way. */
export interface OperationRecord {
  readonly name: string;
  readonly type: string;
  readonly project: string;
  /** What it works on: a resource name or link. */
  readonly target: string;
  readonly startTime: string;
  readonly endTime?: string;
  readonly done: boolean;
  readonly metadata?: JsonObject;
  readonly response?: JsonObject;
  /** google.rpc.Status. */
  readonly error?: JsonObject;
  /** Times it was asked for. */
  readonly polls: number;
}

/** What an operation is told when it starts. */
interface OperationStart {
  /** Full name under which it is polled; made up when absent. */
  readonly name?: string;
  readonly type: string;
  readonly project: string;
  readonly target: string;
  readonly metadata?: JsonObject;
}

/** Times of operations: how many polls at least answer "pending", and how long one poll may wait for the end. */
export interface OperationTiming {
  readonly pendingPolls: number;
  /** Milliseconds. The Google provider polls every 10 s, so a poll that waits saves that. */
  readonly holdPoll: number;
}

/** Keeps long-running operations: always pending in the answer that starts them. */
export interface Operations {
  start(start: OperationStart, work: () => Promise<JsonObject>): OperationRecord;
  /** Throws 404 when there is no such operation. */
  poll(name: string): Promise<OperationRecord>;
  /** Resolves when no work is under way. */
  settle(): Promise<void>;
}

/** Opens the operations of a store; those that a killed process left pending are failed as aborted. */
export function openOperations(store: Store, timing: OperationTiming): Operations {
  const records = store.collection<OperationRecord>("operations");
  const running = new Map<string, Promise<void>>();
  const aborted = new ApiError("ABORTED", "The operation was interrupted; send the request again.");
  for (const [name, record] of records.list()) {
    if (!record.done) records.put(name, { ...record, done: true, error: aborted.toRpcStatus() });
  }
  return {
    start: (start, work) => {
      const name = start.name ?? randomUUID();
      const record: OperationRecord = { ...start, name, startTime: new Date().toISOString(), done: false, polls: 0 };
      forgetOldest(records);
      records.put(name, record);
      running.set(
        name,
        finish(records, name, work).finally(() => running.delete(name)),
      );
      return record;
    },
    poll: async (name) => {
      await Promise.race([running.get(name), sleep(timing.holdPoll, undefined, { ref: false })]);
      const record = records.get(name);
      if (record === undefined) throw new ApiError("NOT_FOUND", `Operation ${name} was not found.`);
      records.put(name, { ...record, polls: record.polls + 1 });
      if (record.polls < timing.pendingPolls) return { ...record, done: false };
      return record;
    },
    settle: async () => {
      await Promise.all(running.values());
    },
  };
}

async function finish(
  records: Collection<OperationRecord>,
  name: string,
  work: () => Promise<JsonObject>,
): Promise<void> {
  const outcome = await attempt(work);
  const record = records.get(name);
  if (record !== undefined) records.put(name, { ...record, ...outcome, done: true, endTime: new Date().toISOString() });
}

async function attempt(work: () => Promise<JsonObject>): Promise<Pick<OperationRecord, "response" | "error">> {
  try {
    return { response: await work() };
  } catch (error) {
    if (error instanceof ApiError) return { error: error.toRpcStatus() };
    return {
      error: new ApiError(
        "INTERNAL",
        error instanceof Error ? (error.stack ?? error.message) : String(error),
      ).toRpcStatus(),
    };
  }
}

/** Keeps the state file small: Google forgets finished operations as well. */
function forgetOldest(records: Collection<OperationRecord>): void {
  const finished = records.list().filter(([, record]) => record.done);
  if (finished.length < 500) return;
  const oldest = [...finished].sort(([, a], [, b]) => a.startTime.localeCompare(b.startTime)).slice(0, 100);
  for (const [name] of oldest) records.delete(name);
}

/** google.longrunning.Operation. */
export function renderLongRunning(record: OperationRecord): JsonObject {
  const { name, metadata, done, response, error } = record;
  const outcome = done ? (error === undefined ? { response: response ?? {} } : { error }) : {};
  return { name, ...(metadata === undefined ? {} : { metadata }), ...(done ? { done } : {}), ...outcome };
}

/** Starts an operation of google.longrunning under `parent` and answers it, pending. */
export function startLongRunning(
  operations: Operations,
  parent: string,
  start: OperationStart,
  work: () => Promise<JsonObject>,
): JsonObject {
  return renderLongRunning(operations.start({ ...start, name: `${parent}/operations/${crypto.randomUUID()}` }, work));
}
