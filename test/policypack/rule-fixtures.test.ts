import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { analyse, type Finding, loadSqlParser, rulesMetadata } from "@lintel/policypack/risk";
import { type CompiledSpecs, compileFiles } from "@lintel/specs";
import { beforeAll, describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL("../../policypack/risk/rules", import.meta.url));
const needed = ["rule.ts", "rule.md", "good.yaml", "bad.yaml"];
const ruleIds = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "fixture-workspace")
  .map(({ name }) => name);
const entities = readdirSync(join(folder, "fixture-workspace", "entities"));

beforeAll(loadSqlParser);

describe("the folders of the rules", () => {
  it("are those that the registry lists", () => {
    const listed = rulesMetadata.map(({ id }) => id).filter((id) => !id.startsWith("acknowledgement-"));
    expect([...ruleIds].sort()).toEqual([...listed].sort());
  });

  it.each(ruleIds)("%s has every file that a rule consists of", (id) => {
    expect(needed.filter((file) => !existsSync(join(folder, id, file)))).toEqual([]);
  });

  it.each(ruleIds)("%s keeps its rule under 80 lines", (id) => {
    expect(read(id, "rule.ts").split("\n").length).toBeLessThan(80);
  });

  it.each(ruleIds)("%s explains itself under the four headings", (id) => {
    const headings = read(id, "rule.md").match(/^## .*$/gm);
    expect(headings).toEqual([
      "## What it finds",
      "## Why it hurts in production",
      "## How to fix",
      "## When to allow",
    ]);
  });
});

describe("the fixtures of the rules", () => {
  it.each(ruleIds)("%s finds nothing but what bad.yaml expects, at those lines", (id) => {
    const text = read(id, "bad.yaml");
    const findings = findingsIn(id, "bad.yaml");
    expect(findings.map(({ rule, file, line }) => `${rule} ${String(file)}:${String(line)}`).sort()).toEqual(
      expected(text)
        .map(({ rule, line }) => `${rule} tools/bad.yaml:${String(line)}`)
        .sort(),
    );
    expect(findings.map(({ rule }) => rule)).toContain(id);
  });

  it.each(ruleIds)("%s finds nothing in good.yaml", (id) => {
    expect(findingsIn(id, "good.yaml")).toEqual([]);
  });
});

function read(...path: readonly string[]): string {
  return readFileSync(join(folder, ...path), "utf8");
}

/** `# expect: a, b` at the end of a line. */
function expected(text: string): readonly { readonly rule: string; readonly line: number }[] {
  return text.split("\n").flatMap((content, index) => {
    const named = /# expect: (.*)$/.exec(content)?.[1];
    return named === undefined ? [] : named.split(",").map((rule) => ({ rule: rule.trim(), line: index + 1 }));
  });
}

function findingsIn(id: string, file: string): readonly Finding[] {
  const { bundle, sources } = compiled(id, file);
  return analyse(bundle, [], "2026-01-01T00:00:00Z", sources).tools.flatMap(({ findings }) => findings);
}

function compiled(id: string, file: string): CompiledSpecs {
  const own = existsSync(join(folder, id, "workspace.yaml")) ? [id] : ["fixture-workspace"];
  const { specs, diagnostics } = compileFiles([
    { path: "workspace.yaml", text: read(...own, "workspace.yaml") },
    ...entities.map((name) => ({
      path: `entities/${name}`,
      text: read("fixture-workspace", "entities", name),
    })),
    { path: `tools/${file}`, text: read(id, file) },
  ]);
  if (specs === undefined) throw new Error(JSON.stringify(diagnostics, null, 2));
  return specs;
}
