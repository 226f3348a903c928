import { type DraftNode, findNode, lastTopNode, movesStatus, type Place } from "./draft.ts";
import type { Operator } from "./operator.ts";

function inTransaction(name: string, rule: string, wrap: (call: DraftNode) => DraftNode, call: DraftNode): Operator {
  return {
    name,
    rule,
    mutate: (tool, { provider }) => {
      if (movesStatus(tool)) return undefined;
      const transaction = findNode(tool, "transaction")?.node;
      if (transaction?.nodes === undefined) return undefined;
      const made = structuredClone(call);
      if (made.type === "http") made["provider"] = provider;
      transaction.nodes.push(wrap(made));
      return { node: made.id };
    },
  };
}

const post: DraftNode = {
  id: "callX",
  type: "http",
  method: "POST",
  url: "/x",
  compensate: { method: "DELETE", url: "/x" },
};
const get: DraftNode = { id: "callX", type: "http", method: "GET", url: "/x" };

function onCompensated(name: string, type: string, rule: string, change: (node: DraftNode) => void): Operator {
  return {
    name,
    rule,
    mutate: (tool) => {
      const place = findNode(tool, type, ({ node, list }) => {
        const later = list.slice(list.indexOf(node) + 1);
        return node["compensate"] !== undefined && later.some(({ type: next }) => next === "transaction");
      });
      if (place === undefined) return undefined;
      change(place.node);
      return { node: place.node.id };
    },
  };
}

function onCall(name: string, rule: string, fields: object): Operator {
  return {
    name,
    rule,
    mutate: (tool) => {
      const node = ["http", "email", "payment"].flatMap((type) => findNode(tool, type, isRetriedAlone)?.node ?? [])[0];
      if (node === undefined) return undefined;
      Object.assign(node, fields);
      return { node: node.id };
    },
  };
}

function isRetriedAlone({ containers }: Place): boolean {
  return containers.every(({ type }) => type !== "retry");
}

function sql(name: string, rule: string, statement: string): Operator {
  return {
    name,
    rule,
    mutate: (tool) => {
      tool.flow.push({ id: "sqlX", type: "sql", after: lastTopNode(tool), statement });
      return { node: "sqlX", key: "statement" };
    },
  };
}

function withoutCompensation(node: DraftNode): void {
  delete node["compensate"];
}

export const callOperators: readonly Operator[] = [
  inTransaction("a call moves into the transaction", "external-call-in-transaction", (call) => call, post),
  inTransaction(
    "a call hides in a retry in the transaction",
    "external-call-in-transaction",
    (call) => ({ id: "againX", type: "retry", retry: { maxAttempts: 2, initialDelay: "0ms" }, nodes: [call] }),
    post,
  ),
  inTransaction(
    "a call hides in a branch in the transaction",
    "external-call-in-transaction",
    (call) => ({ id: "wayX", type: "if", condition: "now != null", then: [call] }),
    post,
  ),
  inTransaction("a reading call moves into the transaction", "external-read-in-transaction", (call) => call, get),
  onCompensated("a payment loses its refund", "payment", "payment-without-compensation", withoutCompensation),
  onCompensated("a payment is given back in part", "payment", "payment-without-compensation", (node) => {
    node["compensate"] = { operation: "refund", amount: { amount: 1, currency: "EUR" } };
  }),
  onCompensated("a payment refunds another one", "payment", "payment-without-compensation", (node) => {
    node["compensate"] = { operation: "refund", charge: "ch_1" };
  }),
  onCompensated("a call loses what undoes it", "http", "uncompensated-http", withoutCompensation),
  {
    name: "a payment by plain http",
    rule: "payment-over-http",
    mutate: (tool) => {
      if (movesStatus(tool)) return undefined;
      const url = "https://api.stripe.com/v1/charges";
      const patience = { timeout: "5s", retry: { maxAttempts: 3 } };
      tool.flow.push({ id: "payX", type: "http", after: lastTopNode(tool), method: "POST", url, ...patience });
      return { node: "payX", key: "url" };
    },
  },
  onCall("no time is no timeout", "missing-timeout", { timeout: "0s" }),
  onCall("one attempt is no retry", "missing-retry", { retry: { maxAttempts: 1 } }),
  sql("SQL that deletes", "raw-write", "delete from app.x"),
  sql("SQL that deletes in a WITH", "raw-write", "with gone as (delete from app.x returning id) select id from gone"),
  sql("SQL with a volatile function", "raw-write", "select nextval('app.s')"),
  sql("SQL that locks", "raw-write", "select id from app.x for update"),
  sql("SQL that reads", "raw-read", "select count(*) from app.x"),
];
