import type { Acknowledgement, Digest, RiskLevel, SourcePosition } from "@lintel/specs";

/** `certain`: it follows from the specs alone. `likely`: it depends on values or an order that only an execution knows. */
export type Confidence = "certain" | "likely";

/** What an edit of the spec has to do; `by-hand` where no mechanical edit is right. */
export type FixKind =
  | "wrap-in-transaction"
  | "move-out-of-transaction"
  | "add-retry"
  | "add-timeout"
  | "add-where-or-limit"
  | "add-limit"
  | "add-compensation"
  | "soft-delete"
  | "authorize"
  | "scope-access"
  | "batch-read"
  | "hide-field"
  | "break-cycle"
  | "by-hand";

export interface Fix {
  readonly kind: FixKind;
  readonly title: string;
}

/** One risk of one tool. The position is absent where the source files are not at hand. */
export interface Finding extends Partial<SourcePosition> {
  /** Rule id; `policy/POLICY/RULE` for a rule that a workspace declares. */
  readonly rule: string;
  readonly level: Exclude<RiskLevel, "green">;
  readonly confidence: Confidence;
  readonly tool: string;
  readonly node?: string;
  /** Key path below the node that the finding is about, such as `where`. */
  readonly key?: string;
  readonly message: string;
  readonly fix: Fix;
  /** 16 hex digits over the rule, the tool and the part of the flow that the rule looked at; what acknowledgements name. */
  readonly fingerprint: string;
  /** The valid acknowledgement that accepts it; only ever on a Yellow finding. */
  readonly acknowledged?: Acknowledgement;
}

/** The verdict on one tool; its level is its worst finding's, acknowledged or not. */
export interface ToolRisk {
  readonly name: string;
  /** Digest of the slice that was judged. */
  readonly digest: Digest;
  readonly level: RiskLevel;
  /** Red first, then in the order of the flow; those about the tool's acknowledgements last. */
  readonly findings: readonly Finding[];
  /** Holds a Red finding, or a Yellow one that no valid acknowledgement accepts. */
  readonly isBlocked: boolean;
}

export interface RiskCounts {
  readonly red: number;
  /** Yellow findings that no valid acknowledgement accepts. */
  readonly yellow: number;
  readonly acknowledged: number;
}

/** The verdict on a workspace. */
export interface RiskReport {
  /** Digest of the bundle that was judged. */
  readonly digest: Digest;
  readonly level: RiskLevel;
  /** Sorted by name. */
  readonly tools: readonly ToolRisk[];
  /** Findings about acknowledgements that name no tool of the workspace. */
  readonly findings: readonly Finding[];
  readonly counts: RiskCounts;
  readonly isBlocked: boolean;
}
