import { describe, expect, it } from "vitest";
import { judgeAdvisories } from "../../toolchain/judge-advisories.mjs";

const advisory = (id: string, severity: string): object => ({
  url: `https://github.com/advisories/${id}`,
  severity,
  name: "weak",
  title: "it is weak",
});
const report = (...via: readonly (object | string)[]): string =>
  JSON.stringify({ vulnerabilities: { weak: { via }, user: { via: ["weak"] } } });
const accepted = { id: "GHSA-1", reason: "never reached: we do not parse such files", expires: "2027-01-01" };

describe("the audit of dependencies", () => {
  it("fails on high and critical advisories that nobody accepted, each once, and on no others", () => {
    const both = report(
      advisory("GHSA-1", "high"),
      advisory("GHSA-1", "high"),
      advisory("GHSA-2", "critical"),
      advisory("GHSA-3", "low"),
    );
    const { lines, isGood } = judgeAdvisories(both, [accepted], "2026-06-01");
    expect(isGood).toBe(false);
    expect(lines).toEqual([
      "FAIL critical GHSA-2 in weak: it is weak",
      "2 high or critical advisories, 1 of them not accepted",
    ]);
    expect(judgeAdvisories(report(advisory("GHSA-3", "moderate")), [], "2026-06-01").isGood).toBe(true);
  });

  it("takes an acceptance until its day, and says when it is needed no more", () => {
    const text = report(advisory("GHSA-1", "high"));
    expect(judgeAdvisories(text, [accepted], "2026-12-31").isGood).toBe(true);
    const late = judgeAdvisories(text, [accepted], "2027-01-01");
    expect(late.isGood).toBe(false);
    expect(late.lines[0]).toContain("(accepted until 2027-01-01)");
    expect(judgeAdvisories(report(), [accepted], "2026-06-01").lines[0]).toContain("remove it");
  });

  it.each([{ id: "GHSA-1" }, { ...accepted, reason: " " }, { ...accepted, expires: "soon" }])(
    "refuses an entry that does not say why or how long: %j",
    (entry) => {
      expect(judgeAdvisories(report(), [entry as never], "2026-06-01").isGood).toBe(false);
    },
  );

  it("says in sight that a registry cannot be asked, and fails nothing", () => {
    const refused = JSON.stringify({ message: "405 Method Not Allowed", error: { summary: "" } });
    for (const output of [refused, `warning\n${refused}`, "", "no JSON"]) {
      const { lines, isGood } = judgeAdvisories(output, [], "2026-06-01");
      expect(isGood).toBe(true);
      expect(lines.join("\n")).toContain("NOT AUDITED");
    }
  });
});
