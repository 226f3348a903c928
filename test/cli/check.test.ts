import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { CheckReport } from "@lintel/cli";
import { describe, expect, it } from "vitest";
import { lintel, redTool as red, specsIn, temporaryFolder, yellowTool as yellow } from "./run-lintel.ts";

const temporary = temporaryFolder();

function folderWith(name: string, files: Readonly<Record<string, string>> = {}): string {
  return specsIn(temporary, name, files);
}

async function report(folder: string, now?: string): Promise<{ readonly code: number; readonly report: CheckReport }> {
  const { code, out } = await lintel(["check", folder, "--format", "json"], now === undefined ? {} : { now });
  return { code, report: JSON.parse(out) as CheckReport };
}

describe("lintel check", () => {
  it("exits 0 when all is green, and says so in one line", async () => {
    const { code, out } = await lintel(["check", folderWith("green")]);
    expect(out).toMatch(/^green: 0 red, 0 yellow, 5 tools, sha256:[0-9a-f]{64}\n$/);
    expect(code).toBe(0);
  });

  it("exits 10 on an unacknowledged Yellow, with its place, its frame and the fingerprint that accepts it", async () => {
    const { code, out } = await lintel(["check", folderWith("yellow", { "tools/own.yaml": yellow })]);
    expect(code).toBe(10);
    expect(out).toContain("tools/own.yaml:10:5 yellow missing-retry own-tool/call:");
    expect(out).toMatch(/^ {2}10 \| .*\n {5}\| {5}\^$/m);
    expect(out).toMatch(/fingerprint: [0-9a-f]{16}/);
    expect(out).toMatch(/\nyellow: 0 red, 1 yellow, 6 tools, sha256:/);
  });

  it("exits 0 on an acknowledged Yellow until the acknowledgement expires", async () => {
    const folder = folderWith("acknowledged", { "tools/own.yaml": yellow });
    const [finding] = (await report(folder)).report.tools.flatMap(({ findings }) => findings);
    const entry = {
      tool: "own-tool",
      rule: finding?.rule,
      node: finding?.node,
      fingerprint: finding?.fingerprint,
      reason: "r",
      by: "anna",
      expires: "2026-12-31",
    };
    const file = { apiVersion: "lintel/v1", kind: "Acknowledgements", acknowledgements: [entry] };
    writeFileSync(join(folder, "acknowledgements.json"), JSON.stringify(file));
    expect(await report(folder)).toMatchObject({ code: 0, report: { level: "yellow" } });
    expect((await report(folder, "2027-01-01")).code).toBe(10);
  });

  it("exits 20 on a Red, in JSON of a stated version", async () => {
    const { code, report: checked } = await report(folderWith("red", { "tools/own.yaml": red }));
    expect(code).toBe(20);
    expect(checked).toMatchObject({ version: 1, level: "red", errors: [] });
    const tool = checked.tools.find(({ name }) => name === "own-tool");
    expect(tool?.findings).toMatchObject([
      { rule: "raw-write", level: "red", confidence: "certain", node: "drop", file: "tools/own.yaml", line: 10 },
    ]);
    expect(Object.keys(tool?.findings[0] ?? {}).sort()).toEqual(
      ["column", "confidence", "file", "fingerprint", "fix", "level", "line", "message", "node", "rule"].sort(),
    );
  });

  it("shows what is said of a whole tool at its name", async () => {
    const policy = `apiVersion: lintel/v1
kind: Policy
name: quiet
rules: [{ name: none, expr: "tool.name != 'own-tool'", level: red, message: not this one }]
`;
    const folder = folderWith("policies", { "tools/own.yaml": `# why it is there\n\n${yellow}` });
    mkdirSync(join(folder, "policies"), { recursive: true });
    writeFileSync(join(folder, "policies/quiet.yaml"), policy);
    expect((await lintel(["check", folder])).out).toContain("tools/own.yaml:5:1 red policy/quiet/none own-tool");
  });

  it("exits 2 on specs that do not compile, with every error and its frame", async () => {
    const folder = folderWith("broken", { "tools/own.yaml": red.replace("statement", "statment") });
    const { code, out } = await lintel(["check", folder]);
    expect(code).toBe(2);
    expect(out).toContain('tools/own.yaml:10:28 error unknown-key unknown key "statment" in "drop"');
    expect(out).toContain('  hint: did you mean "statement"?');
    expect(out).toMatch(/\n2 errors in 1 file\n$/);
    const json = await report(folder);
    expect(json).toMatchObject({ code: 2, report: { version: 1, digest: null, level: null, tools: [] } });
    expect(json.report.errors.map(({ code: each }) => each)).toEqual(["missing-key", "unknown-key"]);
  });

  it("applies an environment, and names one that is not declared", async () => {
    const folder = folderWith("environment");
    const base = await lintel(["check", folder]);
    const staging = await lintel(["check", folder, "--environment", "staging"]);
    expect(staging.code).toBe(0);
    expect(staging.out).not.toBe(base.out);
    const unknown = await lintel(["check", folder, "--environment", "stagign"]);
    expect(unknown.code).toBe(2);
    expect(unknown.out).toContain('did you mean "staging"?');
  });

  it("exits 3 where there is nothing to check, and 2 on wrong usage", async () => {
    mkdirSync(join(temporary, "empty"));
    expect((await lintel(["check", join(temporary, "empty")])).code).toBe(3);
    expect((await lintel(["check", join(temporary, "nowhere")])).code).toBe(3);
    expect((await lintel(["check", join(folderWith("file"), "workspace.yaml")])).code).toBe(3);
    expect((await lintel(["chekc"])).code).toBe(2);
    expect((await lintel(["check", "x", "--format", "xml"])).code).toBe(2);
    expect((await lintel(["--help"])).code).toBe(0);
  });

  it("colours for a terminal only", async () => {
    const folder = folderWith("colour", { "tools/own.yaml": yellow });
    expect((await lintel(["check", folder], { isTerminal: true })).out).toContain("\u001b[");
    expect((await lintel(["check", folder])).out).not.toContain("\u001b[");
  });

  it("runs as a process", async () => {
    const main = join(import.meta.dirname, "../../cli/main.ts");
    const { stdout } = await promisify(execFile)(process.execPath, [
      main,
      "check",
      folderWith("process"),
      "--format",
      "json",
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, level: "green" });
  });
});
