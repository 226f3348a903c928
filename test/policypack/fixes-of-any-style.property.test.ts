import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fixSpecs, loadSqlParser } from "@lintel/policypack/risk";
import { applyEdits, type JsonValue } from "@lintel/specs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { printYaml, type Style } from "../specs/edit/yaml-styles.ts";

const rules = join(import.meta.dirname, "../../policypack/risk/rules");
const runs = Number(process.env["LINTEL_PROPERTY_RUNS"] ?? 40);
const now = "2026-01-01";

const befores = readdirSync(rules, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith("/before.yaml"))
  .sort();

const style: fc.Arbitrary<Style> = fc.record({
  eol: fc.constantFrom("\n", "\r\n"),
  hasMark: fc.constant(false),
  endsInLine: fc.boolean(),
  startsDocument: fc.boolean(),
  indent: fc.integer({ min: 1, max: 4 }),
  listIndent: fc.integer({ min: 0, max: 4 }),
  dashGap: fc.integer({ min: 1, max: 3 }),
  choices: fc.array(fc.nat(59), { minLength: 5, maxLength: 40 }),
});

beforeAll(loadSqlParser);

function read(...path: readonly string[]): string {
  return readFileSync(join(rules, ...path), "utf8");
}

describe("fixes of tools in any style", () => {
  it("come out as the same data as in after.yaml, or are left with the place that cannot be edited", {
    timeout: 60_000 + runs * 1000,
  }, () => {
    const property = fc.property(fc.constantFrom(...befores), style, (before, how) => {
      const [rule = "", folder = ""] = before.split("/");
      const own = readdirSync(join(rules, rule)).includes("workspace.yaml") ? rule : "fixture-workspace";
      const printed = printYaml(parse(read(before)) as JsonValue, how);
      const entities = readdirSync(join(rules, "fixture-workspace/entities"));
      const files = [
        { path: "workspace.yaml", text: read(own, "workspace.yaml") },
        ...entities.map((name) => ({ path: `entities/${name}`, text: read("fixture-workspace/entities", name) })),
        { path: "tools/tool.yaml", text: printed.text },
      ];
      const fixed = fixSpecs(files, { now, rule, withUnsafe: true });
      const text = fixed.files.at(-1)?.text ?? "";
      expect(applyEdits(files, fixed.edits)).toEqual(fixed.files);
      expect(fixSpecs(fixed.files, { now, rule, withUnsafe: true }).applied).toEqual([]);
      for (const { why } of fixed.left) expect(why).toMatch(/cannot be edited there/);
      // A cycle has a second way out, which a comment in the way of the first leaves.
      if (fixed.left.length === 0 && rule !== "cyclic-flow") {
        expect(parse(text)).toEqual(parse(read(rule, folder, "after.yaml")));
      }
    });
    fc.assert(property, { numRuns: runs });
  });
});
