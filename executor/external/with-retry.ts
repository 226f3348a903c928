import { setTimeout } from "node:timers/promises";
import type { RetryPolicy } from "@lintel/specs";
import { CallFailure } from "./call-failure.ts";

export interface RetryRules {
  readonly policy: RetryPolicy;
  /** Whether a call whose effect is unknown may be repeated: it has none, or the service honours the key it is sent. */
  readonly isRepeatable: boolean;
  /** Milliseconds that may still be spent. */
  remaining(): number;
}

/** Repeats what may help and do no harm: bounded, with growing and jittered pauses, never sooner than Retry-After says. */
export async function withRetry<T>(rules: RetryRules, attempt: () => Promise<T>): Promise<T> {
  const { policy } = rules;
  let mayHaveHappened = false;
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      mayHaveHappened ||= error.effect === "unknown";
      // A provider that says no to a request answers for the earlier attempts of it too: they had the same key.
      const failure = mayHaveHappened && error.reason !== "declined" ? error.asUnknown() : error;
      if (count >= policy.maxAttempts || !isWorthwhile(error, rules)) throw failure;
      const pause = Math.max(pauseBefore(policy, count), error.retryAfter ?? 0);
      if (pause >= rules.remaining()) throw failure;
      await setTimeout(pause);
    }
  }
}

/** 408, 425, 429 and what says that the service is away for a moment. */
const passing: ReadonlySet<number | undefined> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Another attempt would end the same way, or only wait for the same thing. */
const final: ReadonlySet<CallFailure["reason"]> = new Set(["answer", "forbidden", "limited", "suspended", "declined"]);

function isWorthwhile({ effect, reason, status }: CallFailure, { isRepeatable }: RetryRules): boolean {
  if (effect === "unknown" && !isRepeatable) return false;
  if (reason === "status") return passing.has(status);
  return !final.has(reason);
}

/** Full jitter (aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter) over the upper half, so that some pause stays. */
export function pauseBefore({ backoff, initialDelay, maxDelay }: RetryPolicy, count: number): number {
  const grown = backoff === "exponential" ? initialDelay * 2 ** (count - 1) : initialDelay;
  const limit = Math.min(grown, maxDelay);
  return limit / 2 + (Math.random() * limit) / 2;
}
