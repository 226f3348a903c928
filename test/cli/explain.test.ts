import { catalogue } from "@lintel/executor/errors";
import { rulesMetadata } from "@lintel/policypack/risk";
import { diagnosticCatalogue, diffRules, expressionCodes } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { lintel } from "./run-lintel.ts";

describe("lintel explain", () => {
  it("prints a rule's page with its bad and its good flow, as Markdown where it is no terminal", async () => {
    const { code, out } = await lintel(["explain", "hard-delete"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^# hard-delete\n\n\*\*Red\.\*\* Rows are deleted for good\./);
    for (const heading of ["## What it finds", "## Why it hurts in production", "## How to fix", "## Bad", "## Good"]) {
      expect(out).toContain(`\n${heading}\n`);
    }
    expect(out).toContain("```yaml\nflow:\n");
  });

  it("renders it on a terminal without the marks", async () => {
    const { out } = await lintel(["explain", "hard-delete"], { isTerminal: true });
    expect(out).toContain("\u001b[");
    expect(out).not.toMatch(/^#|```|\*\*/m);
  });

  it("knows every rule, spec error, problem and change", async () => {
    const ids = [
      ...rulesMetadata.map(({ id }) => id),
      ...Object.keys({ ...diagnosticCatalogue, ...expressionCodes, ...catalogue, ...diffRules }),
    ];
    const { out: list } = await lintel(["explain", "--list"]);
    const listed = new Set([...list.matchAll(/^ {2}(\S+) /gm)].map(([, id]) => id));
    expect(ids.filter((id) => !listed.has(id))).toEqual([]);
    for (const id of ids) {
      const { code, out } = await lintel(["explain", id]);
      expect([id, code, out.includes(`# ${id}\n`)]).toEqual([id, 0, true]);
    }
  });

  it("says what was probably meant, and exits 3", async () => {
    const { code, out, error } = await lintel(["explain", "unlimited-reed"]);
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(error).toContain("did you mean unlimited-read?");
    expect((await lintel(["explain", "payment"])).error).toContain("payment-over-http");
    expect((await lintel(["explain", "zzzzzzzzzz"])).error).toContain("lintel explain --list");
  });

  it("sends whoever asks for a rule of a policy to that policy", async () => {
    const { code, error } = await lintel(["explain", "policy/bounded/few-calls"]);
    expect(code).toBe(3);
    expect(error).toContain('the policy "bounded"');
  });

  it("wants a name", async () => {
    expect(await lintel(["explain"])).toMatchObject({ code: 2, error: expect.stringContaining("--list") as string });
  });
});
