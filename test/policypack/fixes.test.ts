import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type FixedSpecs, fixSpecs, loadSqlParser, rulesMetadata } from "@lintel/policypack/risk";
import type { SpecText } from "@lintel/specs";
import { beforeAll, describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL("../../policypack/risk/rules", import.meta.url));
const now = "2026-01-01";

/** Rules whose kind of fix no edit can be: docs/fixes.md says why. */
const byHand: ReadonlySet<string> = new Set(["by-hand", "authorize", "scope-access", "hide-field", "batch-read"]);
const fixable = rulesMetadata.filter(({ fix }) => !byHand.has(fix.kind)).map(({ id }) => id);

const fixtures = fixable.flatMap((rule) =>
  readdirSync(join(folder, rule))
    .filter((name) => /^fix(?:-\d+)?$/.test(name))
    .map((name) => ({ rule, name })),
);

beforeAll(loadSqlParser);

describe("the fixes of the rules", () => {
  it("each have before and after files", () => {
    expect(fixable.filter((rule) => !fixtures.some((fixture) => fixture.rule === rule))).toEqual([]);
  });

  it.each(fixtures)("$rule/$name comes out as its after.yaml, byte for byte", ({ rule, name }) => {
    const fixed = fixSpecs(filesOf(rule, name, "before.yaml"), { now, rule, withUnsafe: true });
    expect(fixed.diagnostics).toEqual([]);
    expect(fixed.left).toEqual([]);
    expect(toolIn(fixed)).toBe(read(rule, name, "after.yaml"));
  });

  it.each(fixtures)("$rule/$name is not touched a second time", ({ rule, name }) => {
    const files = filesOf(rule, name, "after.yaml");
    const again = fixSpecs(files, { now, rule, withUnsafe: true });
    expect(again.applied).toEqual([]);
    expect(again.files).toBe(files);
  });

  it.each(fixtures)("$rule/$name is as safe as its first line says", ({ rule, name }) => {
    const before = read(rule, name, "before.yaml");
    const fixed = fixSpecs(filesOf(rule, name, "before.yaml"), { now, rule });
    const said = before.split("\n")[0];
    if (said === "# safe") {
      expect(toolIn(fixed)).toBe(read(rule, name, "after.yaml"));
    } else {
      expect(said).toBe("# unsafe");
      expect(toolIn(fixed)).toBe(before);
      expect(fixed.left.every(({ offered }) => offered !== undefined)).toBe(true);
    }
  });
});

function filesOf(rule: string, name: string, file: string): readonly SpecText[] {
  const own = existsSync(join(folder, rule, "workspace.yaml")) ? rule : "fixture-workspace";
  return [
    { path: "workspace.yaml", text: read(own, "workspace.yaml") },
    { path: "entities/order.yaml", text: read("fixture-workspace", "entities", "order.yaml") },
    { path: "tools/tool.yaml", text: read(rule, name, file) },
  ];
}

function toolIn({ files }: FixedSpecs): string | undefined {
  return files.find(({ path }) => path === "tools/tool.yaml")?.text;
}

function read(...path: readonly string[]): string {
  return readFileSync(join(folder, ...path), "utf8");
}
