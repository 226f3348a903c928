// The normalised form of `kind: Policy`.
import type { Duration } from "./duration.ts";

export type RiskLevel = "green" | "yellow" | "red";

/** Design time: a bare boolean expression over `tool` and `flow` facts that must hold. */
export interface PolicyRule {
  readonly name: string;
  readonly expr: string;
  readonly level: "yellow" | "red";
  readonly message: string;
  readonly why?: string;
}

/** Run time, step 3: a bare boolean expression over `input`, `caller`, `now` and `workspace`; true refuses the call. */
export interface DenyRule {
  readonly name: string;
  readonly expr: string;
  readonly message: string;
  readonly why?: string;
}

/** Ceilings of one execution, enforced while it runs. */
export interface Budget {
  readonly rows?: number;
  readonly externalCalls?: number;
  readonly time?: Duration;
}

export interface Policy {
  readonly name: string;
  readonly description?: string;
  /** Tool names with `*` as wildcard; empty means every tool. */
  readonly tools: readonly string[];
  readonly rules: readonly PolicyRule[];
  readonly deny: readonly DenyRule[];
  readonly budget: Budget;
}
