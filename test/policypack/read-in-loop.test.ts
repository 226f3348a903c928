import type { FlowNode } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { branch, read, transaction, transform } from "../specs/bundle/specs-in-memory.ts";
import { call, found as foundAll, judge, retry, write } from "./slices-in-memory.ts";

const found = (flow: readonly FlowNode[]): readonly string[] =>
  foundAll(flow).filter((finding) => finding.startsWith("read-in-loop"));
const container =
  (type: string, fields: object) =>
  (...nodes: readonly FlowNode[]): FlowNode =>
    ({ ...transaction("loop", nodes), type, ...fields }) as unknown as FlowNode;
const each = container("forEach", { items: "input.ids", maximum: 9 });
const poll = (until: string) => container("poll", { until, maxAttempts: 9, interval: 1 });
const get = (where: object | string, fields: object = {}): FlowNode =>
  ({ ...read("get", "Order"), one: true, where, ...fields }) as FlowNode;
const byItem = { id: { eq: "${item}" } };

describe("a read inside a loop", () => {
  it.each<[string, FlowNode]>([
    ["by a key of the turn", each(get(byItem))],
    ["by a bare equality", each(get("this.id == item"))],
    ["beside what does not vary", each(get("this.open && this.id == item"))],
    ["by a value made of the turn's", each(transform("key", '${item + "-x"}'), get({ id: { eq: "${nodes.key}" } }))],
    ["of a list without order", each(get({ orderId: { eq: "${item}" } }, { one: false, limit: 5 }))],
    ["of the same in every turn", each(get({ id: { eq: "${input.id}" } }))],
    ["inside a branch", each(branch("way", [get(byItem)]))],
    ["inside a transaction", each(transaction("all", [get(byItem)]))],
    [
      "inside a retry inside it",
      each({ ...transaction("again", [get(byItem)]), type: "retry", retry } as unknown as FlowNode),
    ],
    [
      "in a poll that waits for something else",
      poll("nodes.look.status == 200")(call("look", { method: "GET" }), get({ id: { eq: "${input.id}" } })),
    ],
  ])("is found %s", (_, flow) => {
    expect(found([flow])).toEqual(["read-in-loop get"]);
  });

  it.each<[string, FlowNode]>([
    ["the loop writes the same entity", each(get(byItem), transaction("all", [write("change")]))],
    [
      "it reads what another server answered",
      each(call("look", { method: "GET" }), get({ id: { eq: "${nodes.look.body}" } })),
    ],
    ["it reads a range of the turn's", each(get("this.lines > item"))],
    [
      "an order picks some rows of each turn",
      each(get({ orderId: { eq: "${item}" } }, { one: false, limit: 5, sort: [{ field: "id", direction: "asc" }] })),
    ],
    ["a page does", each(get({ orderId: { eq: "x" } }, { one: false, limit: 5, take: "${item}" }))],
    ["the poll waits for the row", poll("nodes.get.open")(get({ id: { eq: "${input.id}" } }))],
    [
      "the poll waits for what is made of it",
      poll("nodes.seen")(get({ id: { eq: "${input.id}" } }), transform("seen", "${nodes.get.open}")),
    ],
    ["the loop has one turn", container("forEach", { items: "input.ids", maximum: 1 })(get(byItem))],
    [
      "only a retry stands around it",
      { ...transaction("again", [get({ id: { eq: "${input.id}" } })]), type: "retry", retry } as unknown as FlowNode,
    ],
  ])("is not found where %s", (_, flow) => {
    expect(found([flow])).toEqual([]);
  });

  it("is likely where it rests on another read of the turn, and certain where the list alone says what is read", () => {
    const { findings } = judge([each(get(byItem), get({ id: { eq: "${nodes.get.other}" } }, { id: "next" }))]);
    const seen = findings
      .filter(({ rule }) => rule === "read-in-loop")
      .map(({ node, confidence }) => [node, confidence]);
    expect(seen).toEqual([
      ["get", "certain"],
      ["next", "likely"],
    ]);
  });
});
