import type { Policy, PolicyRule } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { transaction } from "../specs/bundle/specs-in-memory.ts";
import { accept, call, found, judge, slice, write } from "./slices-in-memory.ts";

function policy(rule: Partial<PolicyRule>): Policy {
  const full: PolicyRule = {
    name: "few-writes",
    expr: "flow.writes <= 1",
    level: "yellow",
    message: "one write at most",
    ...rule,
  };
  return { name: "house", tools: [], rules: [full], deny: [], budget: {} };
}

const flow = [transaction("book", [write("first"), write("second")])];

describe("a rule that a workspace's policy declares", () => {
  it("is a finding of the tool where it does not hold, and nothing where it does", () => {
    expect(judge(slice(flow, { policies: [policy({})] })).findings).toMatchObject([
      { rule: "policy/house/few-writes", level: "yellow", tool: "ship", message: "one write at most" },
    ]);
    expect(found(slice(flow, { policies: [policy({ expr: "flow.writes == 2" })] }))).toEqual([]);
  });

  it("reads the facts of each node", () => {
    const expr = "flow.nodes.all(n, !n.isExternal || n.inTransaction)";
    expect(found(slice([call("tell")], { policies: [policy({ expr })] }))).toEqual(["policy/house/few-writes"]);
  });

  it("can be acknowledged when it is Yellow, and never when it is Red", () => {
    for (const level of ["yellow", "red"] as const) {
      const judged = slice(flow, { policies: [policy({ level })] });
      const [finding] = judge(judged).findings;
      if (finding === undefined) throw new Error("no finding");
      expect(judge(judged, [accept(finding)]).isBlocked).toBe(level === "red");
    }
  });

  it("takes no finding away", () => {
    const red = [write("order", { action: "delete" })];
    const holding = policy({ expr: "true", level: "yellow" });
    expect(found(slice(red, { policies: [holding] }))).toEqual(found(red));
  });

  it("has not been shown to hold where it cannot be evaluated", () => {
    const { findings } = judge(slice(flow, { policies: [policy({ expr: "1 / (flow.writes - 2) > 0" })] }));
    expect(findings).toMatchObject([{ rule: "policy/house/few-writes", confidence: "likely" }]);
  });
});

describe("a policy's budget", () => {
  const budgeted = (budget: Policy["budget"]): Policy => ({ name: "house", tools: [], rules: [], deny: [], budget });

  it("that every execution exceeds is a finding, and one that it can keep is none", () => {
    expect(judge(slice(flow, { policies: [budgeted({ rows: 1 })] })).findings).toMatchObject([
      { rule: "policy/house/within-budget", level: "yellow", confidence: "certain" },
    ]);
    expect(found(slice(flow, { policies: [budgeted({ rows: 2, externalCalls: 0 })] }))).toEqual([]);
    expect(found(slice([call("tell")], { policies: [budgeted({ externalCalls: 0 })] }))).toContain(
      "policy/house/within-budget",
    );
  });

  it("is not held against what an execution may pass by", () => {
    const skipped = transaction("book", [write("first"), write("second", { when: "input.id != null" })]);
    expect(found(slice([skipped], { policies: [budgeted({ rows: 1 })] }))).not.toContain("policy/house/within-budget");
  });
});
