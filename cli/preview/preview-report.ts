// What `lintel preview --format json` prints; preview-report.schema.json says the same. Changes but in additions raise `version`.
import type { Change, RiskLevel } from "@lintel/specs";
import type { CheckedFinding } from "../report/check-report.ts";

export type Outcome = "green" | "yellow" | "red" | "failed";

export interface PreviewReport {
  readonly version: 1;
  readonly project: string;
  readonly stack: string;
  /** `yellow`: acknowledgements are missing; `red`: the update is blocked; `failed`: there is no verdict. */
  readonly outcome: Outcome;
  /** Why there is no verdict; absent where there is one. */
  readonly failure?: string;
  /** What the engine reported beside a verdict, which may be incomplete then. */
  readonly errors: readonly string[];
  /** What the risk is compared with: `deployed`, or the git revision of `--against`. */
  readonly against: string;
  readonly pack: { readonly name: string; readonly version: string } | null;
  readonly workspaces: readonly WorkspacePreview[];
  /** What the pack found that is no finding of a tool: cloud rules, and what keeps the verdict honest. */
  readonly violations: readonly Violation[];
  /** What can be decided in the update only. */
  readonly undecided: readonly Violation[];
  /** Of infrastructure: replacements and deletions first. */
  readonly resources: ResourceChanges;
  /** File of the saved plan, for `pulumi up --plan`. */
  readonly plan?: string;
}

export interface WorkspacePreview {
  readonly name: string;
  /** Spec folder relative to the Pulumi project, where the program names one. */
  readonly specs: string | null;
  readonly digest: Sides<string>;
  readonly level: Sides<RiskLevel>;
  /** Worst first. */
  readonly tools: readonly ToolPreview[];
  /** Accepted for the first time with this update: what a reviewer reads first. */
  readonly newAcknowledgements: readonly NewAcknowledgement[];
  /** Spec changes, breaking ones first; null where there is nothing to compare with. */
  readonly changes: readonly Change[] | null;
  readonly migration: MigrationPreview | null;
}

/** Null where there is nothing: before the first update, or after a removal. */
export interface Sides<T> {
  readonly before: T | null;
  readonly after: T | null;
}

export interface ToolPreview {
  readonly name: string;
  readonly change: "added" | "changed" | "removed" | "same";
  readonly level: Sides<RiskLevel>;
  readonly isBlocked: boolean;
  readonly findings: readonly CheckedFinding[];
  /** The flow as a Mermaid diagram; of added and changed tools. */
  readonly diagram?: string;
}

export interface NewAcknowledgement {
  readonly tool: string;
  readonly rule: string;
  readonly node?: string;
  readonly by: string;
  readonly expires: string;
  readonly reason: string;
}

export interface MigrationPreview {
  readonly steps: readonly MigrationStep[];
  /** Why it would not begin: the update fails then, so it is blocked. */
  readonly refusals: readonly string[];
  /** What is kept although the specs lack it, or waits for the next release. */
  readonly notes: readonly string[];
}

export interface MigrationStep {
  readonly sql: string;
  /** PostgreSQL's name of the strongest lock that it takes. */
  readonly lock: string;
  readonly phase: string;
  readonly isDestructive: boolean;
}

export interface Violation {
  readonly policy: string;
  /** Type and name of the resource. */
  readonly resource: string;
  readonly message: string;
  readonly isMandatory: boolean;
}

export interface ResourceChanges {
  readonly created: number;
  readonly updated: number;
  readonly replaced: number;
  readonly deleted: number;
  readonly same: number;
  readonly changes: readonly ResourceChange[];
}

export interface ResourceChange {
  readonly operation: "replace" | "delete" | "create" | "update";
  readonly type: string;
  readonly name: string;
  /** Paths of what changes; of a replacement, what forces it. Never values: they could be secrets. */
  readonly paths: readonly string[];
}
