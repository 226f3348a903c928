import type { Provider } from "@lintel/specs";
import { type CircuitBreaker, circuitBreaker } from "./circuit-breaker.ts";
import { rateLimit, type TakeTurn } from "./rate-limit.ts";

/** What all calls of one provider share. */
export interface Traffic {
  /** Absent where the provider has no limit. */
  readonly takeTurn: TakeTurn | undefined;
  readonly breaker: CircuitBreaker;
}

/** The traffic of a workspace's providers by name. */
export function trafficOf(providers: readonly Provider[]): ReadonlyMap<string, Traffic> {
  return new Map(
    providers.map(({ name, rateLimit: limit }) => [
      name,
      { takeTurn: limit === undefined ? undefined : rateLimit(limit), breaker: circuitBreaker() },
    ]),
  );
}
