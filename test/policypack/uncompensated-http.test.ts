import type { FlowNode } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { branch, transaction, transform } from "../specs/bundle/specs-in-memory.ts";
import { call, found as foundAll, judge, payment, retry, write } from "./slices-in-memory.ts";

const found = (flow: readonly FlowNode[]): readonly string[] =>
  foundAll(flow).filter((finding) => finding.startsWith("uncompensated-http"));
const tell = (fields: object = {}): FlowNode => call("tell", fields);
const book = (fields: object = {}): FlowNode => ({ ...transaction("book", [write("noted")], ["tell"]), ...fields });
const undo = (fields: object = {}): FlowNode => call("undo", { method: "DELETE", ...fields });
const choice = (then: readonly FlowNode[], otherwise: readonly FlowNode[] = []): FlowNode =>
  ({ ...branch("way", then), else: otherwise }) as FlowNode;
const loop = (nodes: readonly FlowNode[]): FlowNode =>
  ({ ...transaction("each", nodes), type: "forEach", items: "input.ids", maximum: 5 }) as unknown as FlowNode;

const assert = (after: readonly string[]): FlowNode => {
  const base = { after, onError: "fail" } as const;
  return { ...base, type: "assert", id: "check", expr: "input.n > 3", message: "m" };
};
const again = (nodes: readonly FlowNode[]): FlowNode =>
  ({ ...transaction("again", nodes), type: "retry", retry }) as unknown as FlowNode;

const retried = { ...transaction("each", [tell()]), type: "retry", retry } as unknown as FlowNode;

describe("a call that something must undo when a later write fails", () => {
  it.each<[string, readonly FlowNode[]]>([
    ["a write comes next", [tell(), book()]],
    ["a write comes much later", [tell(), transform("between", "1", ["tell"]), book({ after: ["between"] })]],
    ["the write stands in a branch", [tell(), { ...choice([transaction("book", [write("noted")])]), after: ["tell"] }]],
    ["the call stands in a branch", [choice([tell()]), book({ after: ["way"] })]],
    ["the call is retried", [retried, book({ after: ["each"] })]],
    ["the failing write goes on", [tell(), book({ onError: "continue" })]],
    [
      "a step before the write has no edge",
      [tell(), transform("odd", "1", ["tell"]), book({ after: ["odd"], onError: "undo" }), undo()],
    ],
    ["the recovery may be skipped", [tell(), book({ onError: "undo" }), undo({ when: "input.really" })]],
    ["the recovery calls somebody else", [tell(), book({ onError: "undo" }), undo({ provider: "erp" })]],
    [
      "an assertion can stop the recovery",
      [tell(), book({ onError: "again" }), again([assert([]), undo({ after: ["check"] })])],
    ],
    [
      "an assertion can take back what the recovery writes down",
      [tell(), book({ onError: "park" }), transaction("park", [write("parked"), assert(["parked"])])],
    ],
    ["its compensation only reads", [tell({ compensate: { method: "GET", url: "/" } }), book()]],
    ["the recovery only reads", [tell(), book({ onError: "undo" }), undo({ method: "GET" })]],
    ["both stand in one turn of a loop", [loop([tell(), book({ onError: "undo" }), undo()])]],
  ])("is found where %s", (_, flow) => {
    expect(found(flow)).toEqual(["uncompensated-http tell"]);
  });

  it.each<[string, readonly FlowNode[]]>([
    ["it has a compensation", [tell({ compensate: { method: "DELETE", url: "/" } }), book()]],
    ["the write comes first", [book({ after: [] }), tell({ after: ["book"] })]],
    ["nothing is written", [tell(), transform("after", "1", ["tell"])]],
    ["the write's failure leads to a call that undoes it", [tell(), book({ onError: "undo" }), undo()]],
    [
      "every step up to the write leads there",
      [
        tell(),
        { ...transform("odd", "1", ["tell"]), onError: "undo" },
        book({ after: ["odd"], onError: "undo" }),
        undo(),
      ],
    ],
    [
      "what fails comes after the write",
      [tell(), book({ onError: "undo" }), undo(), transform("later", "1", ["book"])],
    ],
    [
      "the recovery writes down what is left",
      [tell(), book({ onError: "park" }), transaction("park", [write("parked")])],
    ],
    [
      "the recovery is stopped by nothing but the other's answer",
      [tell(), book({ onError: "again" }), again([undo(), assert(["undo"])])],
    ],
    ["it stands in the other branch", [choice([tell()], [transaction("book", [write("noted")])])]],
    ["it only reads", [tell({ method: "GET" }), book()]],
    [
      "it is itself the recovery",
      [
        transaction("book", [write("noted")]),
        { ...transaction("two", [write("again")], ["book"]), onError: "tell" },
        tell(),
      ],
    ],
  ])("is not found where %s", (_, flow) => {
    expect(found(flow)).toEqual([]);
  });

  it("is certain where the write waits for the call, and likely where nothing orders the two", () => {
    const confidence = (flow: readonly FlowNode[]): readonly string[] =>
      judge(flow)
        .findings.filter(({ rule }) => rule === "uncompensated-http")
        .map((finding) => finding.confidence);
    expect(confidence([tell(), book()])).toEqual(["certain"]);
    expect(confidence([tell(), book({ after: [] })])).toEqual(["likely"]);
  });

  it("has a fingerprint that dies with what may fail, and not with a timeout", () => {
    const print = (...flow: readonly FlowNode[]): string | undefined =>
      judge(flow).findings.find(({ rule }) => rule === "uncompensated-http")?.fingerprint;
    const before = print(tell(), book());
    expect(print(tell({ timeout: 9000 }), book())).toBe(before);
    expect(print(tell(), book({ onError: "continue" }))).not.toBe(before);
    expect(print(tell(), { ...transaction("book", [write("noted", { action: "softDelete" })], ["tell"]) })).not.toBe(
      before,
    );
  });
});

describe("two nodes of which only one can run", () => {
  const guarded = (one: string, other: string): readonly FlowNode[] => [
    tell({ when: one }),
    book({ after: [], when: other }),
  ];

  it.each([
    ["input.a", "!input.a"],
    ["!(input.a)", "input.a"],
    ["input.n < 3", "input.n >= 3"],
    ["input.k == input.l", "input.k != input.l"],
    ['input.k == "a"', 'input.k == "b"'],
    ["input.a && input.b", "input.c && !input.b"],
    ["!(input.a || input.b)", "input.b"],
    ["input.a", "!!!input.a"],
  ])("are told by %s and %s", (one, other) => {
    expect(found(guarded(one, other))).toEqual([]);
    expect(found(guarded(other, one))).toEqual([]);
  });

  it.each([
    ["input.a", "input.a"],
    ["input.a", "input.b"],
    ["input.n < 3", "input.n < 4"],
    ["input.n > 3", "input.n >= 3"],
    ["input.a || input.b", "!input.a"],
    ['input.k == "a"', 'input.l == "b"'],
    ["input.k == input.l", "input.k == input.m"],
  ])("are not told by %s and %s", (one, other) => {
    expect(found(guarded(one, other))).toEqual(["uncompensated-http tell"]);
  });

  it("are told by the conditions of branches that stand apart", () => {
    const one = { ...choice([tell()]), condition: "input.a" } as FlowNode;
    const other = {
      ...choice([transaction("book", [write("noted")])]),
      id: "other",
      condition: "!input.a",
    } as FlowNode;
    expect(found([one, other])).toEqual([]);
    expect(found([one, { ...other, condition: "input.a" } as FlowNode])).toEqual(["uncompensated-http tell"]);
    const otherwise = { ...choice([], [transaction("book", [write("noted")])]), id: "other", condition: "input.a" };
    expect(found([one, otherwise as FlowNode])).toEqual([]);
  });

  it("are not told inside a loop, whose next turn answers anew", () => {
    expect(found([loop(guarded("item.a", "!item.a"))])).toEqual(["uncompensated-http tell"]);
  });
});

describe("a call with side effects inside a transaction", () => {
  const wrapped = (type: string, fields: object, nodes: readonly FlowNode[]): FlowNode =>
    ({ ...transaction(type, nodes), type, ...fields }) as unknown as FlowNode;

  it.each<[string, (node: FlowNode) => FlowNode]>([
    [
      "retry",
      (node) =>
        wrapped("retry", { retry: { maxAttempts: 2, backoff: "constant", initialDelay: 1, maxDelay: 1 } }, [node]),
    ],
    ["forEach", (node) => wrapped("forEach", { items: "input.ids", maximum: 3 }, [node])],
    ["poll", (node) => wrapped("poll", { until: "true", maxAttempts: 3, interval: 1 }, [node])],
    ["a nested transaction", (node) => transaction("inner", [node])],
    ["a branch of a branch", (node) => branch("deep", [{ ...choice([], [node]) }])],
  ])("is found through %s", (_, around) => {
    expect(foundAll([transaction("all", [around(call("tell"))])])).toContain("external-call-in-transaction tell");
    expect(foundAll([transaction("all", [around(payment("pay"))])])).toContain("external-call-in-transaction pay");
    expect(foundAll([transaction("all", [around(call("look", { method: "GET" }))])])).toContain(
      "external-read-in-transaction look",
    );
  });
});
