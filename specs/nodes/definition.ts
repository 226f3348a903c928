// What every node type declares about itself, so that no other code branches on a type's name.
import type { FlowNode, NodeOf, NodeType, ValueTemplate } from "../language/flow.ts";

/** What running a node does to the world; derived from its type and fields, never declared in a spec. */
export type Effect = "none" | "read" | "write" | "rawSql" | "externalRead" | "externalWrite";

/** A list of nodes inside a node. */
export interface Branch {
  /** Key path below the node, such as `then`, `cases/0/nodes`. */
  readonly path: string;
  readonly nodes: readonly FlowNode[];
  /** `once` always, `maybe` at most once, `many` any number of times. */
  readonly runs: "once" | "maybe" | "many";
  /** How often its effects can stand at most: an attempt that is repeated because it failed leaves none. 1 by default. */
  readonly times?: number;
}

/** A place in a node that holds an expression or a template with expressions in it. */
export type ExpressionSite =
  | {
      readonly type: "expression";
      readonly path: string;
      readonly source: string;
      readonly expects: "boolean" | "any" | "list";
      readonly scope?: "entity" | "branch";
    }
  | { readonly type: "template"; readonly path: string; readonly template: ValueTemplate };

export interface NodeDefinition<T extends NodeType> {
  readonly type: T;
  readonly category: "data" | "logic" | "external" | "safety";
  /** One sentence for docs and editors. */
  readonly summary: string;
  /** Its branches run in one database transaction. */
  readonly opensTransaction: boolean;
  /** It may wait between the runs of its branch, and holds what is locked around it meanwhile. */
  readonly pauses?: boolean;
  effect(node: NodeOf<T>): Effect;
  branches(node: NodeOf<T>): readonly Branch[];
  /** Expression sites of the node itself, not of its branches; `when` is added for all. */
  sites(node: NodeOf<T>): readonly ExpressionSite[];
}

export function template(path: string, value: ValueTemplate | undefined): readonly ExpressionSite[] {
  return value === undefined ? [] : [{ type: "template", path, template: value }];
}

export function templates(path: string, values: Readonly<Record<string, ValueTemplate>>): readonly ExpressionSite[] {
  return Object.entries(values).flatMap(([key, value]) => template(`${path}/${key}`, value));
}
