import type { FlowNode } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { branch, transaction } from "../specs/bundle/specs-in-memory.ts";
import { call, found as foundAll, judge as judgeAll, retry, slice, write } from "./slices-in-memory.ts";

const id = "external-call-in-transition";
const found = (flow: Parameters<typeof foundAll>[0]): readonly string[] =>
  foundAll(flow).filter((finding) => finding.startsWith(id));
const judge = (flow: readonly FlowNode[]): ReturnType<typeof judgeAll> => {
  const risk = judgeAll(flow);
  return { ...risk, findings: risk.findings.filter(({ rule }) => rule === id) };
};

const ship = (after: readonly string[] = []): FlowNode =>
  transaction("ship", [write("shipped", { action: "transition", transition: "ship" })], after);
const tell = (fields: object = {}): FlowNode => call("tell", fields);
const finding = ["external-call-in-transition tell"];

function confidence(flow: readonly FlowNode[]): readonly string[] {
  return judge(flow).findings.map((each) => each.confidence);
}

describe("an external call and a status transition", () => {
  it.each<[string, readonly FlowNode[]]>([
    ["the call comes first", [tell(), ship(["tell"])]],
    ["the transition comes first", [ship(), tell({ after: ["ship"] })]],
    ["a chain of nodes stands between them", [ship(), transaction("then", [], ["ship"]), tell({ after: ["then"] })]],
    ["the call only reads", [ship(), tell({ after: ["ship"], method: "GET" })]],
    ["the call stands deeper", [ship(), { ...branch("way", [tell()]), after: ["ship"] }]],
    ["the transition recovers from the call", [tell({ onError: "ship" }), ship()]],
  ])("are found, for certain, where %s", (_, flow) => {
    expect(found(flow)).toEqual(finding);
    expect(confidence(flow)).toEqual(["certain"]);
  });

  it("are found as likely where neither waits for the other, because one execution runs both all the same", () => {
    expect(found([tell(), ship()])).toEqual(finding);
    expect(confidence([tell(), ship()])).toEqual(["likely"]);
  });

  it("are no finding where the call recovers from the transition's rollback, and from nothing else", () => {
    const failing = (onError = "tell", id = "ship"): FlowNode => ({ ...ship(), id, onError });
    expect(found([failing(), tell()])).toEqual([]);
    expect(found([failing("way"), branch("way", [tell()])])).toEqual([]);
    const other = { ...transaction("other", [write("noted")], ["ship"]), onError: "tell" };
    expect(found([failing(), other, tell()])).toEqual(finding);
    const again = { ...transaction("again", [ship()]), type: "retry", retry, onError: "tell" } as unknown as FlowNode;
    expect(found([again, tell()])).toEqual(finding);
    const turns = { type: "forEach", items: "input.ids", maximum: 5 };
    const each = { ...transaction("each", [failing(), tell()]), ...turns } as unknown as FlowNode;
    expect(found([each])).toEqual(finding);
  });

  it("are no finding in different branches, of which only one is taken", () => {
    const way = { ...branch("way", [tell()]), else: [ship()] } as FlowNode;
    expect(found([way])).toEqual([]);
    const choice = {
      id: "choice",
      after: [],
      onError: "fail",
      type: "switch",
      on: "input.kind",
      cases: [
        { equals: "a", nodes: [tell()] },
        { equals: "b", nodes: [transaction("deep", [branch("deeper", [ship()])])] },
      ],
      default: [],
    } as unknown as FlowNode;
    expect(found([choice])).toEqual([]);
  });

  it("are found in different branches inside a loop, whose next turn can take the other", () => {
    const way = { ...branch("way", [tell()]), else: [ship()] } as FlowNode;
    const loop = {
      ...transaction("each", [way]),
      type: "forEach",
      items: "input.ids",
      maximum: 10,
    } as unknown as FlowNode;
    expect(found([loop])).toEqual(finding);
  });

  it("are no finding where the write moves no status", () => {
    expect(found([tell(), transaction("note", [write("noted")], ["tell"])])).toEqual([]);
  });
});

describe("facts that a slice claims", () => {
  it("are refused: a write cannot say that it stands in a transaction", () => {
    const lying = { ...write("order"), inTransaction: true, effect: "none", within: ["book"] } as unknown as FlowNode;
    expect(() => found([lying])).toThrow('node "order", key "inTransaction" is a key that the compiler does not write');
  });

  it("cannot hide behind a second node of the same id", () => {
    expect(() => found([write("order"), transaction("book", [write("order")])])).toThrow(
      'two nodes with the id "order"',
    );
  });

  it.each<[string, unknown]>([
    ["no flow", undefined],
    ["a flow that is no list", { id: "order" }],
    ["a node of an unknown type", [{ id: "x", type: "shell", after: [], onError: "fail" }]],
    ["a node named like a member of every object", [{ ...write("constructor"), type: "toString" }]],
    ["a null for a node", [null]],
    ["an expression that cannot be read", [{ ...call("tell"), url: "${" }]],
  ])("are judged by nobody where the slice has %s", (_, flow) => {
    expect(() => found(slice(flow as readonly FlowNode[]))).toThrow();
  });
});

describe("the fingerprint of an external call in a transition", () => {
  const fingerprint = (flow: readonly FlowNode[]): string | undefined => judge(flow).findings[0]?.fingerprint;

  it("dies when the call moves to the other side of the transition, or another transition joins", () => {
    const after = fingerprint([ship(), tell({ after: ["ship"] })]);
    expect(fingerprint([tell({ after: ["ship"] }), ship()])).toBe(after);
    expect(fingerprint([tell(), ship(["tell"])])).not.toBe(after);
    const second = transaction("cancel", [write("cancelled", { action: "transition", transition: "cancel" })]);
    expect(fingerprint([ship(), tell({ after: ["ship"] }), second])).not.toBe(after);
  });

  it("survives another timeout, and nodes that have nothing to do with it", () => {
    const before = fingerprint([ship(), tell({ after: ["ship"] })]);
    expect(fingerprint([ship(), tell({ after: ["ship"], timeout: 9000, why: "because" })])).toBe(before);
    expect(fingerprint([ship(), tell({ after: ["ship"] }), transaction("note", [write("noted")])])).toBe(before);
  });
});
