import type { Evaluate, FlowNode, FlowPlan, NodeOf, NodeType, ScopePlace, Slice, ValueTemplate } from "@lintel/specs";
import type { CompileSchema } from "../boot/compile-schema.ts";
import type { Traffic } from "../external/traffic.ts";
import type { CompiledList, RunNode } from "../flow/compiled-node.ts";
import type { FlowRun } from "../flow/flow-run.ts";

/** What a runner may use while a bundle is compiled. */
export interface Preparation {
  readonly slice: Slice;
  readonly plan: FlowPlan;
  /** A bare expression at a node. */
  readonly expression: (source: string, nodeId: string, place?: ScopePlace) => Evaluate;
  readonly template: (template: ValueTemplate, nodeId: string, place?: ScopePlace) => Evaluate;
  readonly schema: CompileSchema;
  /** The nodes of a branch. */
  readonly list: (nodes: readonly FlowNode[]) => CompiledList;
  /** By provider; shared by all tools. */
  readonly traffic: ReadonlyMap<string, Traffic>;
  /** The value of a secret. @throws SettingsError when it is missing */
  readonly secret: (name: string) => string;
  /** Puts telemetry around a node that calls out; answers what it is given where there is none. */
  readonly observe: (tool: string, node: FlowNode, run: RunNode) => RunNode;
}

/** How nodes of one type run; or why this version does not run them, so that a bundle with one is refused at boot. */
export type Runner<T extends NodeType> =
  | { readonly isServed: true; prepare(node: NodeOf<T>, preparation: Preparation): RunNode }
  | { readonly isServed: false };

/** Runs a branch: in the open transaction, else segment by segment. */
export async function runList(run: FlowRun, list: CompiledList, runNodes: RunNodes): Promise<void> {
  if (run.transaction === undefined) await run.runSegments(list.segments);
  else await runNodes(run, list.nodes);
}

type RunNodes = (run: FlowRun, nodes: CompiledList["nodes"]) => Promise<void>;
