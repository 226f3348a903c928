// What each node type leaves in `nodes.<id>`; a missing entry does not compile.
import type { Entity } from "../../language/entity.ts";
import type { FlowNode, NodeOf, NodeType, ValueTemplate } from "../../language/flow.ts";
import { typeOfEntity } from "../types/entity-type.ts";
import { typeOfSchema } from "../types/schema-type.ts";
import { anyJson, listOf, nullType, objectOf, simple, type ValueType, withNull } from "../types/value-type.ts";

export interface ResultContext {
  readonly entities: readonly Entity[];
  /** The type of a template at this node's place. */
  readonly typeOfTemplate: (template: ValueTemplate) => ValueType;
  /** The result that a node of this node's branch leaves there. */
  readonly typeInside: (node: FlowNode) => ValueType;
}

interface NodeResult<T extends NodeType> {
  /** The result of a run that neither failed nor was skipped. */
  type(node: NodeOf<T>, context: ResultContext): ValueType;
  /** Why the nodes inside cannot be read from outside; absent where they can. */
  readonly hidesInside?: string;
}

const nothing = { type: () => nullType };

const nodeResults: { readonly [T in NodeType]: NodeResult<T> } = {
  read: {
    type: (node, context) => {
      const row = rowOf(node.entity, context.entities, node.include);
      if (node.one) return withNull(row, node.optional);
      if (node.page === undefined) return listOf(row);
      return objectOf({ items: listOf(row), next: withNull(simple("string")) }, "a page");
    },
  },
  write: {
    type: (node, { entities }) => {
      const isOne = node.action === "create" || node.key !== undefined;
      return isOne ? rowOf(node.entity, entities, []) : objectOf({ count: simple("integer") }, "the result of a write");
    },
  },
  sql: { type: () => listOf(anyJson) },
  transform: { type: (node, context) => context.typeOfTemplate(node.value) },
  payment: {
    type: () =>
      objectOf(
        { id: simple("string"), status: simple("string"), amount: { kind: "money", nullable: false } },
        "the result of a payment",
      ),
  },
  email: { type: () => objectOf({ id: simple("string") }, "the result of an email") },
  http: {
    type: (node) =>
      objectOf({ status: simple("integer"), body: typeOfSchema(node.response) }, "the result of an http call"),
  },
  forEach: {
    type: (node, { typeInside }) =>
      listOf(
        objectOf(
          Object.fromEntries(node.nodes.map((inner) => [inner.id, typeInside(inner)])),
          "the results of a round",
        ),
      ),
    hidesInside: "it runs once for each item of a forEach",
  },
  poll: nothing,
  retry: nothing,
  if: nothing,
  switch: nothing,
  transaction: nothing,
  assert: nothing,
  policyCheck: nothing,
};

function resultOf(node: FlowNode): NodeResult<NodeType> {
  // The registry pairs each type with the entry of just that type; TypeScript cannot follow the correlation.
  return nodeResults[node.type] as NodeResult<NodeType>;
}

/** The type of a node's own result, before what may skip it is looked at. */
export function typeOfResult(node: FlowNode, context: ResultContext): ValueType {
  return resultOf(node).type(node, context);
}

/** Why the nodes inside a node cannot be read from outside; undefined where they can. */
export function hidesInside(node: FlowNode): string | undefined {
  return resultOf(node).hidesInside;
}

function rowOf(name: string, entities: readonly Entity[], include: readonly string[]): ValueType {
  const entity = entities.find((candidate) => candidate.name === name);
  return entity === undefined ? anyJson : typeOfEntity(entity, entities, { include });
}
