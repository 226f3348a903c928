import { planFlow } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { branch, http, read, transaction, transform, write } from "./specs-in-memory.ts";

describe("planFlow", () => {
  it("orders nodes by after and by what their expressions read, and keeps the written order otherwise", () => {
    const plan = planFlow([
      transform("c", `\${nodes.b}`),
      transform("free", "1"),
      transform("b", "1", ["a"]),
      transform("a", "1"),
    ]);
    expect(plan.order).toEqual(["a", "b", "c", "free"]);
    expect(plan.cycles).toEqual([]);
  });

  it("counts what a nested node reads as a dependency of its container", () => {
    const plan = planFlow([transaction("t", [transform("inner", `\${nodes.late}`)]), transform("late", "1")]);
    expect(plan.order).toEqual(["late", "t"]);
    expect(plan.nodes["t"]?.dependsOn).toEqual(["late"]);
  });

  it("maps a node read out of a sibling's branch to that sibling", () => {
    const plan = planFlow([transform("after", `\${nodes.inner}`), transaction("t", [transform("inner", "1")])]);
    expect(plan.order).toEqual(["t", "after"]);
  });

  it("names a cycle at any depth, and a node that waits for itself", () => {
    const nested = planFlow([transaction("t", [transform("a", "1", ["b"]), transform("b", "1", ["a"])])]);
    expect(nested.cycles).toEqual([["a", "b"]]);
    expect(planFlow([transform("self", "1", ["self"])]).cycles).toEqual([["self"]]);
  });

  it("knows transactions and loops through branches at any depth", () => {
    const plan = planFlow([transaction("t", [branch("i", [http("call")])]), http("outside")]);
    expect(plan.nodes["call"]).toMatchObject({
      within: ["t", "i"],
      inTransaction: true,
      isConditional: true,
      effect: "externalWrite",
    });
    expect(plan.nodes["outside"]?.inTransaction).toBe(false);
  });

  it("runs a recovery node after the node it recovers, and only perhaps", () => {
    const plan = planFlow([transform("undo", "1"), http("call", [], "undo")]);
    expect(plan.order).toEqual(["call", "undo"]);
    expect(plan.nodes["undo"]).toMatchObject({ recovers: ["call"], isConditional: true });
  });

  it("knows every node that one recovery node is for", () => {
    const plan = planFlow([http("a", [], "undo"), http("b", ["a"], "undo"), transform("undo", "1")]);
    expect(plan.nodes["undo"]).toMatchObject({ recovers: ["a", "b"], dependsOn: ["a", "b"] });
    expect(plan.nodes["a"]?.recovers).toEqual([]);
  });

  it("cuts a flow into segments: reads share one, each transaction stands alone, calls stand outside", () => {
    const plan = planFlow([
      read("a", "Room"),
      read("b", "Room", ["a"]),
      http("call", ["b"]),
      transaction("t", [write("w", "Room")], ["call"]),
      transaction("u", [write("x", "Room")], ["t"]),
    ]);
    expect(plan.segments).toEqual([
      { type: "read", nodes: ["a", "b"] },
      { type: "external", nodes: ["call"] },
      { type: "transaction", nodes: ["t"] },
      { type: "transaction", nodes: ["u"] },
    ]);
  });
});
