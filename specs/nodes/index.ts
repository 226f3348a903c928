// The registry of node types: a missing entry does not compile.
import type { FlowNode, NodeType } from "../language/flow.ts";
import { assert } from "./assert/definition.ts";
import type { Branch, Effect, ExpressionSite, NodeDefinition } from "./definition.ts";
import { email } from "./email/definition.ts";
import { forEach } from "./for-each/definition.ts";
import { http } from "./http/definition.ts";
import { ifNode } from "./if/definition.ts";
import { payment } from "./payment/definition.ts";
import { policyCheck } from "./policy-check/definition.ts";
import { poll } from "./poll/definition.ts";
import { read } from "./read/definition.ts";
import { retry } from "./retry/definition.ts";
import { sql } from "./sql/definition.ts";
import { switchNode } from "./switch/definition.ts";
import { transaction } from "./transaction/definition.ts";
import { transform } from "./transform/definition.ts";
import { write } from "./write/definition.ts";

export const nodeDefinitions: { readonly [T in NodeType]: NodeDefinition<T> } = {
  assert,
  email,
  forEach,
  http,
  if: ifNode,
  payment,
  policyCheck,
  poll,
  read,
  retry,
  sql,
  switch: switchNode,
  transaction,
  transform,
  write,
};

function definitionOf(node: FlowNode): NodeDefinition<NodeType> {
  // The registry pairs each type with the definition of just that type; TypeScript cannot follow the correlation.
  return nodeDefinitions[node.type] as NodeDefinition<NodeType>;
}

/** What running the node itself does to the world, its branches left aside. */
export function effectOf(node: FlowNode): Effect {
  return definitionOf(node).effect(node);
}

/** The lists of nodes inside a node, in the order written. */
export function branchesOf(node: FlowNode): readonly Branch[] {
  return definitionOf(node).branches(node);
}

/** Every place of the node itself that holds expressions, its `when` included. */
export function sitesOf(node: FlowNode): readonly ExpressionSite[] {
  const own = definitionOf(node).sites(node);
  if (node.when === undefined) return own;
  return [{ type: "expression", path: "when", source: node.when, expects: "boolean" }, ...own];
}

export function isExternal(node: FlowNode): boolean {
  return definitionOf(node).category === "external";
}

/** Whether the node's branches run in one database transaction. */
export function opensTransaction(node: FlowNode): boolean {
  return definitionOf(node).opensTransaction;
}

/** Whether the node may wait between the runs of its branch. */
export function pauses(node: FlowNode): boolean {
  return definitionOf(node).pauses === true;
}
