import type { JsonValue } from "@lintel/specs";
import type { ErrorCode } from "../errors/catalogue.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import { CallFailure } from "./call-failure.ts";
import type { EffectRecord } from "./effect-record.ts";
import { noteEffect, seenBy } from "./journal.ts";

/** Makes a node's call and notes what became of it: as its result, or as an error of the catalogue. */
export async function performCall<T extends JsonValue>(
  run: FlowRun,
  node: string,
  effect: EffectRecord | undefined,
  call: () => Promise<T>,
): Promise<T> {
  try {
    const result = await call();
    if (effect !== undefined) noteEffect(effect, "succeeded", result, null, seenBy(run, node, result));
    return result;
  } catch (error) {
    if (!(error instanceof CallFailure)) {
      if (effect?.state === "started") noteEffect(effect, "failed", null, "not-sent");
      throw error;
    }
    const code = codes[error.reason] ?? "external-call-failed";
    if (effect !== undefined) noteEffect(effect, error.effect === "none" ? "failed" : "unknown", null, code);
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
