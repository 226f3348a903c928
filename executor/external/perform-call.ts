import type { JsonValue } from "@lintel/specs";
import { asExecutionError } from "../errors/as-execution-error.ts";
import type { ErrorCode } from "../errors/catalogue.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import { Abandoned, EndOfTrace } from "../journal/abandoned.ts";
import type { KnownEffect } from "../journal/journal.ts";
import { recordedError, type StepOutcome, thrownError } from "../journal/step-outcome.ts";
import { CallFailure } from "./call-failure.ts";
import type { EffectPlan, EffectRecord } from "./effect-record.ts";
import { noteEffect, seenBy } from "./effects.ts";
import { beginEffect, takeUpEffect } from "./journal.ts";

/**
 * Makes a node's call once, in whatever attempts of the execution: what an earlier attempt was answered is answered again, and what it
 * began without an answer is sent again only where that does no harm. Ends as the node's result, or as an error of the catalogue.
 * @param plan of a call with side effects
 */
export async function performCall<T extends JsonValue>(
  run: FlowRun,
  node: string,
  plan: EffectPlan | undefined,
  call: (effect: EffectRecord | undefined) => Promise<T>,
): Promise<T> {
  const path = run.path + node;
  const known = run.journal?.recall(path);
  const before = run.journal?.knownEffect(path);
  if (known !== undefined) return told(run, node, plan, before, known) as T;
  const effect =
    plan === undefined
      ? undefined
      : before === undefined
        ? await beginEffect(run, node, plan)
        : takeUpUnanswered(run, node, plan, before);
  try {
    const result = await attempt(run, node, effect, before !== undefined, () => call(effect));
    run.journal?.noteCall(path, result);
    return result;
  } catch (error) {
    noteFailure(run, path, error);
    throw error;
  }
}

/** What an earlier attempt of the execution recorded. */
function told(
  run: FlowRun,
  node: string,
  plan: EffectPlan | undefined,
  before: KnownEffect | undefined,
  known: StepOutcome,
): JsonValue {
  const result = known.type === "call" ? known.result : null;
  if (plan !== undefined && before !== undefined) takeUpEffect(run, node, plan, before, result);
  if (known.type === "failed") throw thrownError(known.error);
  return result;
}

/** An effect that was begun and of which no answer is known. @throws what stands for its answer where it must not be sent again */
function takeUpUnanswered(run: FlowRun, node: string, plan: EffectPlan, before: KnownEffect): EffectRecord {
  const effect = takeUpEffect(run, node, plan, before, null);
  const mayBeSent = run.journal?.direction === "forward" && plan.isRepeatable && effect.isKeyAlive;
  if (mayBeSent) return effect;
  noteEffect(effect, "unknown", "external-call-unanswered");
  if (run.journal?.direction !== "forward") throw new EndOfTrace(run.path + node);
  const detail = `what became of the call of node ${node} is not known`;
  const error = new ExecutionError("external-call-failed", { detail, node });
  noteFailure(run, run.path + node, error);
  throw error;
}

function noteFailure(run: FlowRun, path: string, error: unknown): void {
  if (run.journal === undefined || error instanceof Abandoned || error instanceof EndOfTrace) return;
  const problem = asExecutionError(error, run.execution.service.constraints);
  run.journal.note(path, { type: "failed", error: recordedError(problem) });
}

async function attempt<T extends JsonValue>(
  run: FlowRun,
  node: string,
  effect: EffectRecord | undefined,
  wasSentBefore: boolean,
  call: () => Promise<T>,
): Promise<T> {
  try {
    const result = await call();
    if (effect !== undefined) noteEffect(effect, "succeeded", null, seenBy(run, node, result));
    return result;
  } catch (error) {
    if (!(error instanceof CallFailure)) {
      if (effect?.state === "started") noteEffect(effect, wasSentBefore ? "unknown" : "failed", "not-sent");
      throw error;
    }
    const code = codes[error.reason] ?? "external-call-failed";
    // That the provider did not take the request now says nothing of the attempt before the crash, unless it says no to the request.
    const isCertain = error.effect === "none" && (!wasSentBefore || error.reason === "declined");
    if (effect !== undefined) noteEffect(effect, isCertain ? "failed" : "unknown", code);
    throw unanswered(error, code, node);
  }
}

const codes: Readonly<Partial<Record<CallFailure["reason"], ErrorCode>>> = {
  timeout: "external-call-timeout",
  limited: "external-call-limited",
  suspended: "external-call-suspended",
};

function unanswered(error: CallFailure, code: ErrorCode, node: string): ExecutionError {
  const status = error.status === undefined ? "" : ` (status ${error.status})`;
  const detail = `node ${node} ${error.detail ?? `got no usable answer${status}`}`;
  const isTold = error.reason === "limited" || error.reason === "suspended";
  const seconds = Math.ceil((error.retryAfter ?? 0) / 1000);
  const headers = isTold ? { "Retry-After": String(seconds) } : {};
  return new ExecutionError(code, { detail, node, cause: error, headers });
}
