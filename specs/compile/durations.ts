import type { Duration } from "../language/duration.ts";
import type { RetryPolicy } from "../language/flow.ts";

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `10s` in milliseconds; the schema has checked the text. */
export function durationOf(text: string): Duration {
  const [, count, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  return Number(count) * (units[unit ?? ""] ?? Number.NaN);
}

export function optionalDuration(text: string | undefined): Duration | undefined {
  return text === undefined ? undefined : durationOf(text);
}

export interface AuthoredRetry {
  readonly maxAttempts: number;
  readonly backoff?: "exponential" | "constant";
  readonly initialDelay?: string;
  readonly maxDelay?: string;
}

export function compileRetry(authored: AuthoredRetry): RetryPolicy {
  return {
    maxAttempts: authored.maxAttempts,
    backoff: authored.backoff ?? "exponential",
    initialDelay: durationOf(authored.initialDelay ?? "200ms"),
    maxDelay: durationOf(authored.maxDelay ?? "5s"),
  };
}
