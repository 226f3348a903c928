import type {
  Condition,
  ExternalBase,
  FlowNode,
  NodeBase,
  NodeOf,
  NodeType,
  OrderBy,
  Sort,
  SwitchCase,
  Where,
} from "@lintel/specs";
import { isJsonObject } from "@lintel/specs";
import { httpCompensation, paymentCompensation, paymentKeys, writeKeys } from "./action-keys.ts";
import { type Keys, listOf, maybe, objectOf, oneOf, recordOf, type Shape, variantOf } from "./shape.ts";
import {
  absent,
  anyText,
  duration,
  flag,
  httpMethod,
  json,
  jsonObject,
  retry,
  someJson,
  templates,
  text,
  texts,
  wholeNumber,
} from "./value-shapes.ts";

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

const base: Keys<NodeBase> = {
  id: text,
  after: texts,
  when: maybe(text),
  onError: text,
  why: maybe(anyText),
};

const external: Keys<Omit<ExternalBase, "compensate">> = {
  ...base,
  timeout: maybe(duration),
  retry: maybe(retry),
  delivery: maybe(oneOf({ atLeastOnce: true, atMostOnce: true })),
};

const conditions = recordOf(
  objectOf<Condition>({
    eq: maybe(json),
    ne: maybe(json),
    lt: maybe(json),
    lte: maybe(json),
    gt: maybe(json),
    gte: maybe(json),
    in: maybe(json),
    startsWith: maybe(json),
    optional: maybe(flag),
  }),
);

const where: Shape<Where> = {
  misfit: (value) => (typeof value === "string" ? text.misfit(value) : conditions.misfit(value)),
};

const limit = maybe(wholeNumber(1));

const nodeShapes: { readonly [T in NodeType]: Shape<NodeOf<T>> } = {
  read: objectOf({
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
    include: texts,
    includeDeleted: flag,
  }),
  write: writeKeys(
    objectOf({
      ...base,
      type: oneOf({ write: true }),
      action: oneOf({ create: true, update: true, transition: true, softDelete: true, erase: true, delete: true }),
      entity: text,
      key: maybe(someJson),
      where: maybe(where),
      values: templates,
      transition: maybe(text),
      limit,
      version: maybe(someJson),
    }),
  ),
  sql: objectOf({ ...base, type: oneOf({ sql: true }), statement: text, parameters: listOf(json), limit }),
  transform: objectOf({ ...base, type: oneOf({ transform: true }), value: json }),
  if: objectOf({ ...base, type: oneOf({ if: true }), condition: text, then: nodes, else: nodes }),
  switch: objectOf({
    ...base,
    type: oneOf({ switch: true }),
    on: text,
    cases: listOf(objectOf<SwitchCase>({ equals: json, nodes })),
    default: nodes,
  }),
  retry: objectOf({ ...base, type: oneOf({ retry: true }), retry, nodes }),
  forEach: objectOf({ ...base, type: oneOf({ forEach: true }), items: text, maximum: wholeNumber(1), nodes }),
  poll: objectOf({
    ...base,
    type: oneOf({ poll: true }),
    until: text,
    maxAttempts: wholeNumber(1),
    interval: duration,
    nodes,
  }),
  transaction: objectOf({ ...base, type: oneOf({ transaction: true }), nodes }),
  assert: objectOf({ ...base, type: oneOf({ assert: true }), expr: text, message: text }),
  policyCheck: objectOf({
    ...base,
    type: oneOf({ policyCheck: true }),
    expr: text,
    message: text,
    policy: maybe(text),
  }),
  payment: paymentKeys(
    objectOf({
      ...external,
      type: oneOf({ payment: true }),
      provider: text,
      operation: oneOf({ charge: true, refund: true, capture: true, cancel: true }),
      amount: maybe(someJson),
      charge: maybe(someJson),
      customer: maybe(someJson),
      metadata: templates,
      compensate: maybe(paymentCompensation),
    }),
  ),
  email: objectOf({
    ...external,
    type: oneOf({ email: true }),
    provider: text,
    template: text,
    to: json,
    subject: maybe(someJson),
    values: templates,
    compensate: maybe(absent),
  }),
  http: objectOf({
    ...external,
    type: oneOf({ http: true }),
    provider: maybe(text),
    method: httpMethod,
    url: json,
    query: templates,
    headers: templates,
    body: maybe(json),
    response: maybe(jsonObject),
    compensate: maybe(httpCompensation),
  }),
};
