// How an authored node becomes a normalised one: each type's compile.ts says it for its own fields.
import type { Entity } from "../language/entity.ts";
import type { FlowNode, NodeBase, NodeOf, NodeType } from "../language/flow.ts";
import type { Provider, Workspace } from "../language/workspace.ts";
import type { Path, Report } from "../load/report.ts";

/** What compiling one node may use. Paths are below the node. */
export interface NodeContext {
  readonly base: NodeBase;
  /** Undefined where workspace.yaml is missing or broken. */
  readonly workspace: Workspace | undefined;
  readonly policies: ReadonlySet<string>;
  readonly report: Report;
  /** The entity that a key names; undefined (and reported, unless its own file is broken) where it is not known. */
  entity(name: string): Entity | undefined;
  /** Compiles a list of nodes inside this one. */
  branch(path: Path, nodes: readonly AuthoredNode[] | undefined): readonly FlowNode[];
  /** The name of a provider of a type; the workspace's only one where none is named. */
  provider(type: Provider["type"], name: string | undefined): string;
}

/** A node as written; its schema has been checked. */
export interface AuthoredNode {
  readonly id: string;
  readonly type: NodeType;
  readonly after?: readonly string[];
  readonly when?: string | boolean;
  readonly onError?: string;
  readonly why?: string;
}

export type CompileNode<T extends NodeType> = (authored: AuthoredNode, context: NodeContext) => NodeOf<T>;
