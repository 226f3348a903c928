// Decision: docs/decisions/0023-limits-per-caller-and-instance.md
import type { Limits } from "@lintel/specs";
import { ExecutionError } from "../errors/execution-error.ts";

export interface CallRate {
  /** Counts one call of a caller. @throws ExecutionError too-many-calls, then it is not counted */
  take(caller: string): void;
}

/** Callers whose calls are remembered; beyond, those who have been quiet for longest are forgotten. */
const maximumCallers = 10_000;

/** Calls in the current span of time and in the one before. */
interface Count {
  span: number;
  current: number;
  before: number;
}

/**
 * A sliding window of two counters a caller: calls of the span before count by the part of it that the window still covers, as if they had
 * come evenly. `now` is milliseconds of a clock that only goes forward.
 */
export function callRate(
  { requests, per }: NonNullable<Limits["rateLimit"]>,
  now: () => number = () => performance.now(),
  most: number = maximumCallers,
): CallRate {
  const counts = new Map<string, Count>();
  return {
    take: (caller) => {
      const at = now();
      const span = Math.floor(at / per);
      const count = moved(counts.get(caller), span);
      // A map keeps the order in which keys were set: the first one has been quiet for longest.
      counts.delete(caller);
      counts.set(caller, count);
      if (counts.size > most) counts.delete(counts.keys().next().value ?? "");
      const passed = at / per - span;
      if (count.before * (1 - passed) + count.current + 1 > requests) {
        throw tooMany(requests, per, waitFor(count, requests, passed) * per);
      }
      count.current += 1;
    },
  };
}

function moved(known: Count | undefined, span: number): Count {
  if (known === undefined || known.span < span - 1) return { span, current: 0, before: 0 };
  if (known.span === span) return known;
  return { span, current: 0, before: known.current };
}

/** Spans of time until one more call fits. */
function waitFor({ before, current }: Count, requests: number, passed: number): number {
  if (current + 1 <= requests) return 1 - (requests - 1 - current) / before - passed;
  return 1 - passed + 1 - (requests - 1) / current;
}

/** Headers as in draft-ietf-httpapi-ratelimit-headers-10. */
function tooMany(requests: number, per: number, wait: number): ExecutionError {
  const seconds = String(Math.max(1, Math.ceil(wait / 1000)));
  return new ExecutionError("too-many-calls", {
    headers: {
      "Retry-After": seconds,
      "RateLimit-Policy": `"caller";q=${String(requests)};w=${String(Math.max(1, Math.ceil(per / 1000)))}`,
      RateLimit: `"caller";r=0;t=${seconds}`,
    },
  });
}
