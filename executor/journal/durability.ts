import { randomUUID } from "node:crypto";
import type { Pool } from "pg";
import type { Logger } from "pino";
import { SettingsError } from "../settings-error.ts";
import { Leases } from "./leases.ts";
import { type KeyRing, keyRing } from "./seal.ts";

export interface DurabilitySettings {
  readonly keys: KeyRing;
  /** Every execution leaves a trace, not only those that must not be lost. */
  readonly tracesAll: boolean;
  /** Milliseconds for which a trace is kept. */
  readonly retention: number;
}

/** What executions share to survive this instance. */
export interface Durability extends DurabilitySettings {
  /** This instance among those that take executions up; a uuid. */
  readonly instance: string;
  readonly leases: Leases;
}

const day = 24 * 60 * 60 * 1000;

type Environment = Readonly<Record<string, string | undefined>>;

/** `LINTEL_TRACE_KEY`, `LINTEL_TRACE` (durable or all) and `LINTEL_TRACE_RETENTION` (such as 7d or 12h). @throws SettingsError */
export function readDurability(environment: Environment): DurabilitySettings {
  const trace = environment["LINTEL_TRACE"] ?? "durable";
  if (trace !== "durable" && trace !== "all") {
    throw new SettingsError(`LINTEL_TRACE is ${JSON.stringify(trace)}; set durable or all`);
  }
  return {
    keys: keyRing(environment["LINTEL_TRACE_KEY"]),
    tracesAll: trace === "all",
    retention: readRetention(environment["LINTEL_TRACE_RETENTION"] ?? "7d"),
  };
}

function readRetention(text: string): number {
  const [, count, unit] = /^(\d{1,5})(h|d)$/u.exec(text) ?? [];
  if (count === undefined || Number(count) === 0) {
    throw new SettingsError(`LINTEL_TRACE_RETENTION is ${JSON.stringify(text)}; set hours or days, such as 12h or 7d`);
  }
  return Number(count) * (unit === "d" ? day : day / 24);
}

export function openDurability(settings: DurabilitySettings, pool: Pool, log: Logger): Durability {
  const instance = randomUUID({ disableEntropyCache: true });
  return { ...settings, instance, leases: new Leases(pool, instance, log) };
}
