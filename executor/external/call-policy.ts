import type { ExternalBase, RetryPolicy } from "@lintel/specs";
import type { FlowRun } from "../flow/flow-run.ts";
import type { Preparation } from "../nodes/runner.ts";
import type { EffectRecord } from "./effect-record.ts";
import type { Traffic } from "./traffic.ts";
import { withRetry } from "./with-retry.ts";

/** Milliseconds, where neither the node nor the workspace says: a timeout always exists. */
const fallbackTimeout = 10_000;
const noRetry: RetryPolicy = { maxAttempts: 1, backoff: "constant", initialDelay: 0, maxDelay: 0 };
/** Milliseconds for undoing or looking up, whatever is left of the execution's time. */
const afterwardsTime = 30_000;

/** How a node's calls go out. */
export interface CallPolicy {
  /** Milliseconds of one attempt. */
  readonly timeout: number;
  readonly retry: RetryPolicy;
  /** The service does the same thing once, however often it is asked with the same key; or it may do it more than once. */
  readonly isRepeatable: boolean;
  /** Absent without a provider. */
  readonly traffic: Traffic | undefined;
}

export function callPolicy(
  node: ExternalBase,
  provider: string | undefined,
  isRepeatable: boolean,
  { slice, traffic }: Preparation,
): CallPolicy {
  const { defaults } = slice.workspace;
  return {
    timeout: node.timeout ?? defaults.timeout ?? fallbackTimeout,
    retry: node.retry ?? defaults.retry ?? noRetry,
    isRepeatable,
    traffic: provider === undefined ? undefined : traffic.get(provider),
  };
}

/** One attempt; milliseconds it may take. */
type Send<T> = (timeout: number) => Promise<T>;

/** Calls within the execution's time, in the provider's turn, while the provider is not left alone. @throws CallFailure */
export function callNow<T>(
  policy: CallPolicy,
  run: FlowRun,
  effect: EffectRecord | undefined,
  send: Send<T>,
): Promise<T> {
  const { traffic } = policy;
  const remaining = (): number => run.budget.remainingTime;
  return attempt(policy, remaining, (timeout) => {
    const sendOnce = (): Promise<T> => {
      if (effect !== undefined) effect.attempts += 1;
      return send(timeout());
    };
    return traffic === undefined ? sendOnce() : traffic.breaker.pass(sendOnce);
  });
}

/** Calls to undo or look up: in time of its own, and also where the provider is left alone otherwise. @throws CallFailure */
export function callAfterwards<T>(policy: CallPolicy, send: Send<T>): Promise<T> {
  const { traffic } = policy;
  const deadline = Date.now() + afterwardsTime;
  return attempt(
    policy,
    () => deadline - Date.now(),
    (timeout) => {
      const sendOnce = (): Promise<T> => send(timeout());
      return traffic === undefined ? sendOnce() : traffic.breaker.watch(sendOnce);
    },
  );
}

function attempt<T>(
  { timeout, retry, isRepeatable, traffic }: CallPolicy,
  remaining: () => number,
  send: (timeout: () => number) => Promise<T>,
): Promise<T> {
  const left = (): number => Math.min(timeout, remaining());
  return withRetry({ policy: retry, isRepeatable, remaining }, async () => {
    await traffic?.takeTurn?.(left());
    return send(left);
  });
}
