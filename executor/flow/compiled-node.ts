import type { Evaluate, JsonValue, Segment } from "@lintel/specs";
import type { FlowRun } from "./flow-run.ts";

/** Runs a node and answers its result. */
export type RunNode = (run: FlowRun) => Promise<JsonValue>;

/** One node, compiled when the bundle is opened. */
export interface CompiledNode {
  readonly id: string;
  readonly when: Evaluate | undefined;
  /** `fail`, `continue` or the id of a sibling. */
  readonly onError: string;
  /** The siblings whose failure this node recovers from; if there are any, it runs only when one of them failed. */
  readonly recovers: readonly string[];
  readonly dependsOn: readonly string[];
  /** May run while others of its kind do: it neither writes to the database nor decides. */
  readonly overlaps: boolean;
  /** Calls another service, and leaves the database alone. */
  readonly isExternal: boolean;
  /** Ids of the nodes in its branches, at any depth. */
  readonly inside: readonly string[];
  readonly run: RunNode;
}

export interface CompiledSegment {
  readonly type: Segment["type"];
  readonly nodes: readonly CompiledNode[];
}

/** The nodes of a flow or a branch, in the order they run. */
export interface CompiledList {
  readonly nodes: readonly CompiledNode[];
  readonly segments: readonly CompiledSegment[];
}
