import type {
  EditOperation,
  Entity,
  FlowNode,
  FlowPlan,
  JsonObject,
  NodeFacts,
  Path,
  Tool,
  Workspace,
} from "@lintel/specs";
import type { Finding } from "../finding.ts";

/**
 * `safe`: calls that go well today go well in the same way tomorrow. `unsafe`: it decides something that only the author knows,
 * such as an order, an amount or who is told.
 */
export type Safety = "safe" | "unsafe";

/** One way to repair a finding: edits of its tool's file, made one after the other. */
export interface FixPlan {
  readonly safety: Safety;
  /** What is done, as a sentence without a full stop. */
  readonly title: string;
  readonly operations: readonly EditOperation[];
}

/** What a fixer looks at: the finding, and its tool as compiled and as written. */
export interface FixContext {
  readonly finding: Finding;
  readonly tool: Tool;
  /** Every tool of the workspace, for what one tells about another. */
  readonly tools: readonly Tool[];
  readonly plan: FlowPlan;
  readonly workspace: Workspace;
  readonly entities: readonly Entity[];
  /** The tool's file as data, with its keys as they are written. */
  readonly written: JsonObject;
  /** Where each node stands in the file, by its id. */
  readonly paths: ReadonlyMap<string, Path>;
  /** Rows above which one write is of high impact. */
  readonly rowThreshold: number;
}

/** The ways to repair a finding, the best first; where there is none, why not. */
export type Fixer = (context: FixContext) => readonly FixPlan[] | string;

/** A node of the tool, its place and its facts. */
export interface Located<N extends FlowNode = FlowNode> {
  readonly node: N;
  readonly facts: NodeFacts;
  readonly path: Path;
  /** Its own keys as the author wrote them, without what defaults added. */
  readonly written: JsonObject;
}
