import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPack } from "./gates-stack.ts";
import { runPreview } from "./preview-run.ts";
import { must, openStack, type Stack } from "./stack-harness.ts";
import { program, redTool, specFiles, standInImage, yellowTool } from "./workspace-fixture.ts";

// One workspace, in order: before its first update, deployed, with Red and Yellow tools, with a failing program.
describe("lintel preview, with the real engine, provider and pack", () => {
  let stack: Stack;
  let pack: string;
  const args = (...more: readonly string[]): readonly string[] => ["--stack", "test", "--policy-pack", pack, ...more];
  const json = (...more: readonly string[]) => runPreview(stack, args("--format", "json", ...more));

  beforeAll(async () => {
    stack = await openStack({ files: { ...specFiles, "main.ts": program() } });
    await stack.setConfig("lintel:image", standInImage(stack));
    pack = buildPack(stack);
  });
  afterAll(() => stack.close());

  it("says of a new workspace that all is new and green, and saves a plan that the update accepts", async () => {
    const plan = join(stack.folder, "..", "plan.json");
    const { code, report } = await json("--save-plan", plan);
    expect(report).toMatchObject({ version: 1, outcome: "green", project: "e2e", stack: "test", plan });
    expect(report.workspaces[0]?.tools.map(({ name, change, level }) => [name, change, level])).toEqual([
      ["archive-notes", "added", { before: null, after: "green" }],
      ["write-note", "added", { before: null, after: "green" }],
    ]);
    expect(report.resources.deleted + report.resources.replaced).toBe(0);
    expect(report.resources.created).toBeGreaterThan(20);
    expect(code).toBe(0);
    expect(existsSync(plan)).toBe(true);
    await must(stack.up(["--policy-pack", pack, "--plan", plan], { PULUMI_EXPERIMENTAL: "true" }));
  });

  it("compares with what is deployed: an unchanged preview has nothing to review, in one sentence", async () => {
    const comment = join(stack.folder, "..", "comment.md");
    const { code, report, stdout } = await json("--also", `markdown=${comment}`);
    expect(report.resources.changes).toEqual([]);
    expect(report.workspaces[0]).toMatchObject({ level: { before: "green", after: "green" }, changes: [] });
    expect(stdout).not.toContain("s3cret");
    expect(readFileSync(comment, "utf8").split("\n")[0]).toBe("🟢 `e2e/test` **deploys**.");
    expect(code).toBe(0);
  });

  it("names what a removal changes for others and what it deletes", async () => {
    stack.remove("specs/tools/archive-notes.yaml");
    const { code, report } = await json();
    stack.write(specFiles);
    // Nobody calls a schedule, so that its removal breaks no caller.
    expect(report.workspaces[0]?.changes).toContainEqual(
      expect.objectContaining({ rule: "schedule-removed", level: "warning", name: "archive-notes" }),
    );
    expect(report.resources.changes[0]).toMatchObject({ operation: "delete", type: "gcp:cloudscheduler/job:Job" });
    expect(code).toBe(0);
  });

  it("is Red at the lines of the specs, in every format, with exit code 20", async () => {
    stack.write({ "specs/tools/wipe-notes.yaml": redTool, "specs/tools/count-notes.yaml": yellowTool });
    const [comment, log] = [join(stack.folder, "..", "red.md"), join(stack.folder, "..", "red.sarif")];
    const { code, report } = await json("--also", `markdown=${comment}`, `sarif=${log}`);
    expect(report.outcome).toBe("red");
    expect(report.workspaces[0]?.tools[0]).toMatchObject({
      name: "wipe-notes",
      change: "added",
      level: { before: null, after: "red" },
      isBlocked: true,
    });
    const place = report.workspaces[0]?.tools[0]?.findings.find(({ rule }) => rule === "hard-delete");
    expect(place).toMatchObject({ file: "tools/wipe-notes.yaml", line: 10 });
    expect(report.resources.deleted).toBe(0); // the program stopped before its infrastructure: nothing of it is removed
    expect(code).toBe(20);

    const sentence = readFileSync(comment, "utf8").split("\n")[0];
    expect(sentence).toMatch(/^🔴 `e2e\/test` \*\*is blocked\*\*: 2 red findings, 1 yellow finding/);
    const sarif = JSON.parse(readFileSync(log, "utf8")) as { runs: [{ results: { ruleId: string }[] }] };
    const [{ results }] = sarif.runs;
    expect(results.map(({ ruleId }) => ruleId)).toEqual(
      expect.arrayContaining(["hard-delete", "write-outside-transaction"]),
    );
  });

  it("is Yellow, with exit code 10, where only acknowledgements are missing, and shows a new one first", async () => {
    stack.remove("specs/tools/wipe-notes.yaml");
    const yellow = await json();
    expect([yellow.report.outcome, yellow.code]).toEqual(["yellow", 10]);
    const finding = yellow.report.workspaces[0]?.tools[0]?.findings[0];
    const entry = `{ tool: count-notes, rule: raw-read, node: count, fingerprint: "${finding?.fingerprint ?? ""}", reason: counts only, by: jo@example.com, expires: "${String(new Date().getUTCFullYear() + 1)}-01-31" }`;
    stack.write({
      "specs/acknowledgements.yaml": `apiVersion: lintel/v1\nkind: Acknowledgements\nacknowledgements:\n  - ${entry}\n`,
    });
    const { code, stdout } = await runPreview(stack, args("--format", "markdown"));
    expect(stdout.split("\n")[2]).toBe("**Newly accepted risk**");
    expect(stdout).toContain("counts only");
    expect(code).toBe(0);
    stack.remove("specs/acknowledgements.yaml");
    stack.remove("specs/tools/count-notes.yaml");
  });

  describe("gives no verdict, and exit code 40", () => {
    it("when the program fails", async () => {
      stack.write({ "main.ts": 'throw new Error("the program is broken");' });
      const { code, report } = await json();
      stack.write({ "main.ts": program() });
      expect(report.outcome).toBe("failed");
      expect(report.failure).toContain("the program is broken");
      expect(code).toBe(40);
    });

    it("when the specs do not compile", async () => {
      stack.write({ "specs/tools/wipe-notes.yaml": `${redTool}unknown: 1\n` });
      const { code, report } = await json();
      stack.remove("specs/tools/wipe-notes.yaml");
      expect(report.failure).toContain("specs/tools/wipe-notes.yaml:12:1 unknown-key");
      expect(code).toBe(40);
    });

    it("when a configuration switches rules off", async () => {
      const file = join(stack.folder, "..", "off.json");
      stack.write({ "../off.json": '{ "hard-delete": "disabled" }' });
      const { code, report } = await json("--policy-pack-config", file, "--against", "HEAD");
      expect(report.failure).toContain('by "hard-delete"');
      expect(code).toBe(40);
      stack.write({ "../off.json": '{ "all": "disabled" }' });
      const all = await json("--policy-pack-config", file);
      expect(all.report.outcome).toBe("failed");
      expect(all.code).toBe(40);
    });
  });

  it("finds no project, no stack, no pack and no revision, each by name", async () => {
    const nowhen = await json("--against", "no-such-revision");
    expect([nowhen.code, nowhen.stderr]).toEqual([2, expect.stringContaining("no-such-revision")]);
    const nowhere = await runPreview(stack, args("--cwd", join(stack.folder, "specs")));
    expect([nowhere.code, nowhere.stderr]).toEqual([3, expect.stringContaining("there is no Pulumi.yaml in")]);
    const nobody = await runPreview(stack, ["--stack", "nobody", "--policy-pack", pack]);
    expect([nobody.code, nobody.stderr]).toEqual([3, expect.stringContaining('has no stack "nobody"')]);
    const nothing = await runPreview(stack, ["--stack", "test", "--policy-pack", stack.folder]);
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining("is no built policy pack")]);
  });
});
