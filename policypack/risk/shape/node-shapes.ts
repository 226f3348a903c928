import {
  type AssertNode,
  type FlowNode,
  type ForEachNode,
  type IfNode,
  isJsonObject,
  type NodeOf,
  type NodeType,
  type OrderBy,
  type Page,
  type PolicyCheckNode,
  type PollNode,
  type ReadNode,
  type RetryNode,
  type Sort,
  type SqlNode,
  type SwitchCase,
  type SwitchNode,
  type TransactionNode,
  type TransformNode,
  type WriteNode,
} from "@lintel/specs";
import { writeKeys } from "./action-keys.ts";
import { email, http, payment } from "./external-node-shapes.ts";
import { base, limit, where } from "./node-keys.ts";
import { listOf, maybe, objectOf, oneOf, type Shape, variantOf } from "./shape.ts";
import { duration, flag, json, retry, someJson, templates, text, texts, wholeNumber } from "./value-shapes.ts";

/** A flow or a branch; what does not fit in a node is placed in that node, however deep it stands. */
export const nodes: Shape<readonly FlowNode[]> = { misfit: (value) => listOf(node).misfit(value) };

const node: Shape<FlowNode> = {
  misfit: (value) => {
    const misfit = variantOf<FlowNode>(nodeShapes).misfit(value);
    const id = isJsonObject(value) ? value["id"] : undefined;
    if (misfit === undefined || misfit.node !== undefined || typeof id !== "string" || id === "") return misfit;
    return { ...misfit, node: id };
  },
};

const nodeShapes: { readonly [T in NodeType]: Shape<NodeOf<T>> } = {
  read: objectOf<ReadNode>({
    ...base,
    type: oneOf({ read: true }),
    entity: text,
    where: maybe(where),
    one: flag,
    optional: flag,
    limit,
    take: maybe(json),
    sort: listOf(objectOf<Sort>({ field: text, direction: oneOf({ asc: true, desc: true }) })),
    orderBy: maybe(objectOf<OrderBy>({ by: json, allowed: texts })),
    page: maybe(objectOf<Page>({ after: json })),
    include: texts,
    includeDeleted: flag,
  }),
  write: writeKeys(
    objectOf<WriteNode>({
      ...base,
      type: oneOf({ write: true }),
      action: oneOf({ create: true, update: true, transition: true, softDelete: true, erase: true, delete: true }),
      entity: text,
      key: maybe(someJson),
      where: maybe(where),
      values: templates,
      transition: maybe(text),
      limit,
      version: maybe(json),
    }),
  ),
  sql: objectOf<SqlNode>({ ...base, type: oneOf({ sql: true }), statement: text, parameters: listOf(json), limit }),
  transform: objectOf<TransformNode>({ ...base, type: oneOf({ transform: true }), value: json }),
  if: objectOf<IfNode>({ ...base, type: oneOf({ if: true }), condition: text, then: nodes, else: nodes }),
  switch: objectOf<SwitchNode>({
    ...base,
    type: oneOf({ switch: true }),
    on: text,
    cases: listOf(objectOf<SwitchCase>({ equals: json, nodes })),
    default: nodes,
  }),
  retry: objectOf<RetryNode>({ ...base, type: oneOf({ retry: true }), retry, nodes }),
  forEach: objectOf<ForEachNode>({
    ...base,
    type: oneOf({ forEach: true }),
    items: text,
    maximum: wholeNumber(1),
    nodes,
  }),
  poll: objectOf<PollNode>({
    ...base,
    type: oneOf({ poll: true }),
    until: text,
    maxAttempts: wholeNumber(1),
    interval: duration,
    nodes,
  }),
  transaction: objectOf<TransactionNode>({ ...base, type: oneOf({ transaction: true }), nodes }),
  assert: objectOf<AssertNode>({ ...base, type: oneOf({ assert: true }), expr: text, message: text }),
  policyCheck: objectOf<PolicyCheckNode>({
    ...base,
    type: oneOf({ policyCheck: true }),
    expr: text,
    message: text,
    policy: maybe(text),
  }),
  payment,
  email,
  http,
};
