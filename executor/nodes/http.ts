import { effectOf, type HttpNode, type HttpProvider, type JsonObject, type JsonValue } from "@lintel/specs";
import type { Validate } from "../boot/compile-schema.ts";
import type { ErrorCode } from "../errors/catalogue.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import { type BuildRequest, compileRequest } from "../external/compile-request.ts";
import type { EffectRecord } from "../external/effect-record.ts";
import { CallFailure, type HttpAnswer, sendRequest } from "../external/http-request.ts";
import { beginEffect, effectKey, noteEffect, seenBy } from "../external/journal.ts";
import type { TakeTurn } from "../external/rate-limit.ts";
import { withRetry } from "../external/with-retry.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import type { Preparation, Runner } from "./runner.ts";

/** Milliseconds, where neither the node nor the workspace says: a timeout always exists. */
const fallbackTimeout = 10_000;
const noRetry = { maxAttempts: 1, backoff: "constant", initialDelay: 0, maxDelay: 0 } as const;
/** Milliseconds for undoing, whatever is left of the execution's time. */
const compensationTime = 30_000;

export const http: Runner<"http"> = {
  isServed: true,
  prepare: (node, preparation) => {
    const call = compileCall(node, preparation);
    const hasEffect = effectOf(node) === "externalWrite";
    return async (run) => {
      run.budget.takeExternalCall();
      const effect = hasEffect ? await beginEffect(run, node.id, call.compensate) : undefined;
      return perform(run, call, effect);
    };
  },
};

interface HttpCall {
  readonly node: HttpNode;
  readonly build: BuildRequest;
  readonly validate: Validate | undefined;
  readonly timeout: number;
  readonly retry: NonNullable<HttpNode["retry"]>;
  readonly takeTurn: TakeTurn | undefined;
  /** The service does the same thing once, however often it is asked with the same key. */
  readonly isRepeatable: boolean;
  readonly compensate: EffectRecord["compensate"];
}

function compileCall(node: HttpNode, preparation: Preparation): HttpCall {
  const { workspace } = preparation.slice;
  const provider = workspace.providers.find(
    (candidate): candidate is HttpProvider => candidate.name === node.provider && candidate.type === "http",
  );
  const fields = { method: node.method, url: node.url, query: node.query, headers: node.headers } as JsonObject;
  const site = { node: node.id, place: "node", provider } as const;
  const isSafe = effectOf(node) === "externalRead";
  const call = {
    node,
    build: compileRequest(node.body === undefined ? fields : { ...fields, body: node.body }, site, preparation),
    validate: node.response === undefined ? undefined : preparation.schema(node.response),
    timeout: node.timeout ?? workspace.defaults.timeout ?? fallbackTimeout,
    retry: node.retry ?? workspace.defaults.retry ?? noRetry,
    takeTurn: provider === undefined ? undefined : preparation.rateLimits.get(provider.name),
    isRepeatable: isSafe || provider?.idempotencyKeys === true || node.delivery === "atLeastOnce",
  };
  if (node.compensate === undefined) return { ...call, compensate: undefined };
  const build = compileRequest(node.compensate, { ...site, place: "compensate" }, preparation);
  const compensate = async (run: FlowRun, effect: EffectRecord): Promise<void> => {
    const deadline = Date.now() + compensationTime;
    const keyName = `${effect.node}/compensate`;
    await request(run, { ...call, build, compensate: undefined }, keyName, () => deadline - Date.now());
  };
  return { ...call, compensate };
}

async function perform(run: FlowRun, call: HttpCall, effect: EffectRecord | undefined): Promise<JsonValue> {
  const { id } = call.node;
  try {
    const count = (): number => (effect === undefined ? 0 : (effect.attempts += 1));
    const answer = await request(run, call, run.path + id, () => run.budget.remainingTime, count);
    const result: JsonObject = { status: answer.status, body: answer.body };
    // What has happened has happened, also where its answer is not as agreed.
    if (effect !== undefined) noteEffect(effect, "succeeded", result, null, seenBy(run, id, result));
    const [problem] = call.validate?.(answer.body) ?? [];
    if (problem === undefined) return result;
    const detail = `the answer's ${problem.pointer || "body"} ${problem.detail}`;
    throw new ExecutionError("external-call-failed", { detail, node: id });
  } catch (error) {
    if (!(error instanceof CallFailure)) {
      if (effect?.state === "started") noteEffect(effect, "failed", null, "not-sent");
      throw error;
    }
    const code = codes[error.reason] ?? "external-call-failed";
    if (effect !== undefined) noteEffect(effect, error.effect === "none" ? "failed" : "unknown", null, code);
    throw unanswered(error, code, id);
  }
}

const codes: Readonly<Partial<Record<CallFailure["reason"], ErrorCode>>> = {
  timeout: "external-call-timeout",
  limited: "external-call-limited",
};

function unanswered(error: CallFailure, code: ErrorCode, node: string): ExecutionError {
  const status = error.status === undefined ? "" : ` (status ${error.status})`;
  const detail = `node ${node} got no usable answer${status}`;
  const seconds = Math.ceil((error.retryAfter ?? 0) / 1000);
  const headers = error.reason === "limited" ? { "Retry-After": String(seconds) } : {};
  return new ExecutionError(code, { detail, node, cause: error, headers });
}

async function request(
  run: FlowRun,
  call: HttpCall,
  keyName: string,
  remaining: () => number,
  count: () => number = () => 0,
): Promise<HttpAnswer> {
  const built = call.build(run);
  const headers = { ...built.headers, "Idempotency-Key": effectKey(run.execution, keyName) };
  return withRetry({ policy: call.retry, isRepeatable: call.isRepeatable, remaining }, async () => {
    await call.takeTurn?.(Math.min(call.timeout, remaining()));
    count();
    return sendRequest({ ...built, headers, timeout: Math.min(call.timeout, remaining()) });
  });
}
