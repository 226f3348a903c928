import { analyse, type Finding } from "@lintel/policypack/risk";
import { assembleBundle, type FlowNode } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { specs, tool } from "../specs/bundle/specs-in-memory.ts";
import { accept, call, judge, now, slice, write } from "./slices-in-memory.ts";

const yellow = [call("tell", { timeout: undefined }), call("other")].map(withoutUndefined);
const red = [write("order", { action: "delete" })];

function withoutUndefined(node: FlowNode): FlowNode {
  return JSON.parse(JSON.stringify(node)) as FlowNode;
}

function first(flow: readonly FlowNode[]): Finding {
  const [finding] = judge(flow).findings;
  if (finding === undefined) throw new Error("the flow has no finding");
  return finding;
}

function rulesWith(...changes: readonly Parameters<typeof accept>[1][]): readonly string[] {
  const acknowledgements = changes.map((change) => accept(first(yellow), change));
  return judge(yellow, acknowledgements).findings.map(({ rule, acknowledged }) => (acknowledged ? `(${rule})` : rule));
}

describe("an acknowledgement", () => {
  it("accepts the finding that it names, which stays listed with it", () => {
    const acknowledgement = accept(first(yellow));
    const risk = judge(yellow, [acknowledgement]);
    expect(risk).toMatchObject({ level: "yellow", isBlocked: false });
    expect(risk.findings).toMatchObject([{ rule: "missing-timeout", node: "tell", acknowledged: acknowledgement }]);
  });

  it("is what an unaccepted Yellow finding blocks without", () => {
    expect(judge(yellow)).toMatchObject({ level: "yellow", isBlocked: true });
  });

  it("holds up to and including its last day, in UTC", () => {
    expect(rulesWith({ expires: "2026-06-15" })).toEqual(["(missing-timeout)"]);
    expect(rulesWith({ expires: "2026-06-14" })).toEqual(["missing-timeout", "acknowledgement-expired"]);
  });

  it.each(["never", "", "2026-13-01", "2026-02-30", "2027-1-1", "9999", "2999-01-01T00:00:00Z"])(
    "counts as expired with the date %j",
    (expires) => {
      expect(rulesWith({ expires })).toEqual(["missing-timeout", "acknowledgement-expired"]);
    },
  );

  it("says of a misspelt rule that there is none, and of a date that it is none", () => {
    const { findings } = judge(yellow, [accept(first(yellow), { rule: "missing-timout", expires: "2027-13-01" })]);
    expect(findings.slice(1).map(({ message }) => message)).toEqual([
      'the acknowledgement of "missing-timout" ends on "2027-13-01", which is no date of the calendar; write YYYY-MM-DD',
      'there is no rule "missing-timout", so this accepts nothing; correct the name, or remove this',
    ]);
  });

  it.each(["", "  ", "\u200b\u2060", "\u3164", "\u2800 \u2800", "\u115f\u034f", "\u00a0\u0301"])(
    "accepts nothing for the reason %j",
    (reason) => {
      expect(rulesWith({ reason })).toEqual(["missing-timeout", "acknowledgement-without-reason"]);
    },
  );

  it("accepts nothing when nobody answers for it", () => {
    expect(rulesWith({ by: " " })).toEqual(["missing-timeout", "acknowledgement-without-approver"]);
  });

  it.each([
    { fingerprint: "0000000000000000" },
    { rule: "missing-retry" },
    { rule: "no-such-rule" },
    { node: "other" },
  ])("is unused when no finding has its %j", (change) => {
    expect(rulesWith(change)).toEqual(["missing-timeout", "acknowledgement-unused"]);
  });

  it("reaches ten years ahead at most, whatever an organization says", () => {
    expect(rulesWith({ expires: "2036-06-15" })).toEqual(["(missing-timeout)"]);
    expect(rulesWith({ expires: "2036-06-16" })).toEqual(["missing-timeout", "acknowledgement-too-long"]);
    const entry = [accept(first(yellow), { expires: "9999-12-31" })];
    const { findings } = judge(yellow, entry, undefined, { maximumAcknowledgementAge: 1e9 });
    expect(findings.map(({ rule }) => rule)).toEqual(["missing-timeout", "acknowledgement-too-long"]);
  });

  it("may name the node as well", () => {
    expect(rulesWith({ node: "tell" })).toEqual(["(missing-timeout)"]);
  });

  it("that names a Red rule is a Red finding itself, whatever else it says", () => {
    const risk = judge(red, [accept(first(red), { expires: "2999-01-01" })]);
    expect(risk.findings.map(({ rule }) => rule)).toContain("acknowledgement-of-red");
    expect(risk.findings.every(({ acknowledged }) => acknowledged === undefined)).toBe(true);
    expect(judge([], [accept(first(red))])).toMatchObject({ level: "red", isBlocked: true });
  });

  it("of a tool that the workspace does not have is a finding of the workspace, with its position", () => {
    const bundle = assembleBundle(specs([tool("ship", [])]));
    const positions = { "acknowledgement/0": { file: "acknowledgements.yaml", line: 4, column: 5 } };
    const report = analyse(bundle, [accept(first(yellow), { tool: "gone" })], now, { positions });
    expect(report).toMatchObject({ level: "yellow", isBlocked: true, counts: { red: 0, yellow: 1, acknowledged: 0 } });
    expect(report.findings).toMatchObject([{ rule: "acknowledgement-unused", file: "acknowledgements.yaml", line: 4 }]);
    const flawed = accept(first(yellow), { tool: "gone", rule: "nope", reason: "", expires: "2027-13-01" });
    expect(analyse(bundle, [flawed], now).findings.map(({ rule }) => rule)).toEqual([
      "acknowledgement-without-reason",
      "acknowledgement-expired",
      "acknowledgement-unused",
    ]);
    expect(report.findings[0]?.message).toContain('there is no tool "gone"');
  });

  it("is refused from somebody who is not on the list of approvers, or for too long, where an organization says so", () => {
    const entry = [accept(first(yellow), { expires: "2026-08-01" })];
    const rules = (options: object): readonly string[] =>
      judge(yellow, entry, undefined, options).findings.map(({ rule, acknowledged }) =>
        acknowledged ? `(${rule})` : rule,
      );
    expect(rules({ approvers: ["jo"], maximumAcknowledgementAge: 60 })).toEqual(["(missing-timeout)"]);
    expect(rules({ approvers: ["kim"] })).toEqual(["missing-timeout", "acknowledgement-by-unlisted-approver"]);
    expect(rules({ maximumAcknowledgementAge: 30 })).toEqual(["missing-timeout", "acknowledgement-too-long"]);
  });
});

describe("a fingerprint", () => {
  const fingerprint = (flow: readonly FlowNode[]): string => first(flow).fingerprint;
  const [tell, other] = yellow as unknown as readonly [FlowNode, FlowNode];

  it("survives another order of keys and of nodes, and edits elsewhere", () => {
    const reordered = Object.fromEntries(Object.entries(tell).reverse()) as unknown as FlowNode;
    expect(fingerprint([other, reordered])).toBe(fingerprint(yellow));
    expect(fingerprint([tell, write("later")])).not.toBe("");
    expect(fingerprint([tell])).toBe(fingerprint(yellow));
    expect(fingerprint([{ ...tell, after: ["other"], why: "because" }, other])).toBe(fingerprint(yellow));
  });

  it("dies when the risky part changes", () => {
    for (const change of [
      { url: "/elsewhere" },
      { method: "PUT" },
      { provider: "erp" },
      { onError: "continue" },
      { id: "call" },
    ]) {
      expect(fingerprint([{ ...tell, ...change } as FlowNode, other])).not.toBe(fingerprint(yellow));
    }
  });

  it("differs between two nodes that say the same, so that the second is not accepted with the first", () => {
    const twice = [tell, { ...tell, id: "again" } as FlowNode];
    const risk = judge(twice, [accept(first(yellow))]);
    expect(risk.findings.map(({ node, acknowledged }) => [node, acknowledged !== undefined])).toEqual([
      ["tell", true],
      ["again", false],
    ]);
  });

  it("differs between tools", () => {
    const elsewhere = judge(slice(yellow, { tool: tool("send", yellow) })).findings[0]?.fingerprint;
    expect(elsewhere).not.toBe(fingerprint(yellow));
  });
});
