// Decision: docs/decisions/0022-a-crash-is-a-pause.md
import { BundleError } from "@lintel/specs";
import type { Call } from "../admission/call.ts";
import { RedBundleError } from "../boot/judge-bundle.ts";
import { inOwnTransaction } from "../connection/own-transaction.ts";
import { resume } from "../execute.ts";
import { beginExecution, type Execution } from "../flow/execution.ts";
import { beginFlow, type FlowRun } from "../flow/flow-run.ts";
import { EndOfTrace } from "../journal/abandoned.ts";
import { Journal } from "../journal/journal.ts";
import { SealError } from "../journal/seal.ts";
import type { Service } from "../service.ts";
import type { ServiceOf } from "./older-bundles.ts";
import { type Begun, readRecorded } from "./read-recorded.ts";
import { type ByHand, park, pause, type TakenUp, takeUpDue, takeUpParked } from "./take-up.ts";
import { Unrecoverable } from "./unrecoverable.ts";

/** Takes executions up that nobody works on any more, until they are done, undone or a person's. */
export interface Recovery {
  /** Takes up what is due until the deadline (milliseconds since 1970); answers how many executions were taken up. */
  runDue(deadline: number): Promise<number>;
  /** Takes up one that is parked; false where there is none such. */
  runParked(id: string, action: ByHand): Promise<boolean>;
}

/** How often an execution is taken up that comes no further. */
const mostAttempts = 12;
/** Taken up together. */
const batch = 4;

export function openRecovery(service: Service, serviceOf: ServiceOf): Recovery {
  return {
    runDue: async (deadline) => {
      let count = 0;
      while (Date.now() < deadline) {
        const due = await takeUpDue(service, batch);
        if (due.length === 0) return count;
        count += due.length;
        await Promise.all(due.map((row) => recover(service, serviceOf, row)));
      }
      return count;
    },
    runParked: async (id, action) => {
      const row = await takeUpParked(service, id);
      if (row === undefined) return false;
      await recover(service, serviceOf, row, action);
      return true;
    },
  };
}

async function recover(running: Service, serviceOf: ServiceOf, row: TakenUp, byHand?: ByHand): Promise<void> {
  const { id, tool, state, attempt, stalled } = row;
  const log = running.log.child({ execution: id, tool });
  log.warn({ state, attempt }, "an execution is taken up");
  try {
    const exhausted = byHand === undefined && state !== "settling" && stalled > mostAttempts;
    if (exhausted) throw new Unrecoverable("attempts-exhausted");
    await resume(await begunAgain(running, serviceOf, row, byHand === "compensate"));
  } catch (error) {
    running.durability.leases.release(id);
    const reason = reasonOf(error);
    log.error(
      { error, reason },
      reason === undefined ? "an execution cannot be taken up here now" : "an execution is parked: it needs a person",
    );
    await inOwnTransaction(running.pool, [reason === undefined ? pause(running, row) : park(running, row, reason)]);
  }
}

/** Not a missing setting: another revision may have it. */
const needPerson = [Unrecoverable, SealError, BundleError, RedBundleError, EndOfTrace];

/** Why time alone will not help; undefined where it may. */
function reasonOf(error: unknown): string | undefined {
  return needPerson.some((kind) => error instanceof kind) ? (error as Error).message : undefined;
}

/** The execution as it began, with what it has recorded since. @throws SealError, SettingsError, BundleError */
async function begunAgain(running: Service, serviceOf: ServiceOf, row: TakenUp, isUndone: boolean): Promise<FlowRun> {
  const { begun, recorded } = await readRecorded(running.pool, running.durability.keys, row);
  const service = await serviceOf(row.bundle_digest);
  const execution = executionOf(service, row, begun);
  service.durability.leases.hold(row.id);
  // Of one that is answered already nothing new is done, whatever its end was.
  const goesBack = isUndone || row.state !== "running";
  const failure = recorded.failure ?? (isUndone ? { code: "undone-by-hand" as const } : undefined);
  const journal = new Journal(true, { ...recorded, failure }, goesBack ? "back" : "forward");
  const run = beginFlow(execution, begun.input, begun.caller, journal);
  run.claim = begun.claim;
  execution.run = run;
  return run;
}

/** @throws Unrecoverable for a tool that its bundle does not hold */
export function executionOf(
  service: Service,
  { id, tool: name }: Pick<TakenUp, "id" | "tool">,
  begun: Begun,
): Execution {
  const tool = service.tools.get(name);
  if (tool === undefined) throw new Unrecoverable(`execution ${id} is of tool ${name}, which its bundle does not hold`);
  const execution = beginExecution(service, tool, callOf(begun.trigger), begun.drawn);
  execution.caller = begun.caller;
  execution.isAuthenticated = true;
  return execution;
}

/** What is left of the call: the steps that read it have passed. */
function callOf(trigger: Call["trigger"]): Call {
  return {
    trigger,
    path: {},
    query: {},
    body: undefined,
    contentType: undefined,
    contentEncoding: undefined,
    authorization: undefined,
    idempotencyKey: undefined,
    deliveryIds: [],
    trace: undefined,
  };
}
