// Decision: a provider that fails again and again is left alone for a while, so that neither its load nor our connections grow
// with every caller who waits for the same timeout. Each instance learns for itself.
import { CallFailure } from "./call-failure.ts";

/** How a provider's calls have gone lately. */
export interface CircuitBreaker {
  /** Sends, unless the provider is left alone. @throws CallFailure suspended, then nothing was sent */
  pass<T>(send: () => Promise<T>): Promise<T>;
  /** Sends in any case, and learns from it. */
  watch<T>(send: () => Promise<T>): Promise<T>;
}

export interface BreakerOptions {
  /** Failures in a row after which the provider is left alone. */
  readonly threshold: number;
  /** Milliseconds until one call may look whether it is back. */
  readonly coolDown: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}

const defaults: BreakerOptions = { threshold: 10, coolDown: 10_000, now: () => performance.now() };

export function circuitBreaker(options: Partial<BreakerOptions> = {}): CircuitBreaker {
  const { threshold, coolDown, now } = { ...defaults, ...options };
  let failures = 0;
  let opensAt = 0;
  let isProbing = false;
  const isSuspended = (): boolean => failures >= threshold && (now() < opensAt || isProbing);
  const watch = async <T>(send: () => Promise<T>): Promise<T> => {
    try {
      const answer = await send();
      failures = 0;
      return answer;
    } catch (error) {
      if (tellsOfTrouble(error)) {
        failures += 1;
        opensAt = now() + coolDown;
      } else if (error instanceof CallFailure) failures = 0;
      throw error;
    }
  };
  return {
    watch,
    pass: async (send) => {
      if (isSuspended()) {
        throw new CallFailure("none", "suspended", { retryAfter: Math.max(1000, opensAt - now()) });
      }
      if (failures < threshold) return watch(send);
      isProbing = true;
      return watch(send).finally(() => {
        isProbing = false;
      });
    },
  };
}

/** A service that refuses is there; one that cannot be reached, never answers or breaks is not. */
function tellsOfTrouble(error: unknown): boolean {
  if (!(error instanceof CallFailure)) return false;
  const { reason, status } = error;
  if (reason === "status") return status !== undefined && status >= 500;
  return reason === "refused" || reason === "timeout" || reason === "connection";
}
