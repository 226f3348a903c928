import { analyse, type Finding, loadSqlParser } from "@lintel/policypack/risk";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { type DraftNode, type DraftTool, placesIn } from "../../bench/risk/mutations/draft.ts";
import { greenTool } from "../../bench/risk/mutations/green-flows.ts";
import { compiledFiles, fixtureWorkspace, readRuleFile, ruleIds, type SourceFile } from "./rule-folders.ts";

// What is written otherwise but says the same is judged the same, or else acceptances would die of a formatter.
const runs = { numRuns: 25, seed: 20261121 };

interface Written {
  readonly home: string;
  readonly tool: DraftTool;
}

const bad: readonly Written[] = ruleIds.map((id) => ({
  home: id,
  tool: parse(readRuleFile(id, "bad.yaml")) as DraftTool,
}));
const written = fc.constantFrom(...bad);
/** A drawn flow whose calls have lost what undoes them and whose writes have lost their keys: one node after the other. */
const chained: fc.Arbitrary<Written> = greenTool.map((tool) => {
  for (const { node } of placesIn(tool)) {
    delete node["compensate"];
    if (node.type === "write") delete node["key"];
    if (node["limit"] !== undefined) delete node["limit"];
  }
  return { home: "unlimited-read", tool };
});

beforeAll(loadSqlParser);

function judge(
  { home, tool }: Written,
  text: string,
  path: string,
  reorder = (files: SourceFile[]) => files,
): readonly Finding[] {
  const files = reorder([...fixtureWorkspace(home), { path, text }]);
  const { bundle, sources } = compiledFiles(files);
  const report = analyse(bundle, [], "2026-01-01T00:00:00Z", sources);
  return report.tools.filter(({ name }) => name === tool.name).flatMap(({ findings }) => findings);
}

/** Everything but places and texts, in no order. */
function verdict(findings: readonly Finding[]): readonly string[] {
  return findings
    .map(({ rule, node = "", key = "", confidence, fingerprint }) =>
      [rule, node, key, confidence, fingerprint].join(" "),
    )
    .sort();
}

function plainly(from: Written): readonly string[] {
  return verdict(judge(from, stringify(from.tool), "tools/it.yaml"));
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const ranked = items.map((item, index) => ({ item, rank: Math.imul(index + 1, seed * 2 + 1) >>> 3 }));
  return ranked.sort((a, b) => (a.rank % 97) - (b.rank % 97)).map(({ item }) => item);
}

function keysShuffled(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) return value.map((each) => keysShuffled(each, seed));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, keysShuffled(each, seed)] as const);
  return Object.fromEntries(shuffled(entries, seed));
}

describe("findings and fingerprints stay what they are", () => {
  it("in YAML of any style, with comments, and in JSON", () => {
    const styles: readonly ((tool: DraftTool) => readonly [string, string])[] = [
      (tool) => ["tools/it.json", JSON.stringify(tool)],
      (tool) => ["tools/it.json", JSON.stringify(tool, null, 4)],
      (tool) => ["tools/it.yaml", stringify(tool, { indent: 6, lineWidth: 40 })],
      (tool) => ["tools/it.yaml", stringify(tool, { collectionStyle: "flow", defaultStringType: "QUOTE_DOUBLE" })],
      (tool) => ["tools/it.yaml", stringify(tool, { defaultStringType: "QUOTE_SINGLE" })],
      (tool) => ["tools/it.yml", stringify(tool).replaceAll(/^( *- id: .*)$/gm, "# a remark\n\n$1   # another")],
    ];
    fc.assert(
      fc.property(written, fc.constantFrom(...styles), (from, style) => {
        const [path, text] = style(from.tool);
        expect(verdict(judge(from, text, path))).toEqual(plainly(from));
      }),
      runs,
    );
  });

  it("in any order of keys and of files, and under any file name", () => {
    fc.assert(
      fc.property(written, fc.integer({ min: 1, max: 1000 }), (from, seed) => {
        const text = stringify(keysShuffled(from.tool, seed));
        const reordered = judge(from, text, `tools/renamed-${seed}.yaml`, (files) => shuffled(files, seed));
        expect(verdict(reordered)).toEqual(plainly(from));
      }),
      runs,
    );
  });

  it("in any order of nodes that wait for each other", () => {
    fc.assert(
      fc.property(chained, fc.integer({ min: 1, max: 1000 }), (from, seed) => {
        const tool = { ...from.tool, flow: shuffled(from.tool.flow, seed) };
        expect(plainly({ ...from, tool })).toEqual(plainly(from));
      }),
      runs,
    );
  });

  it("beside nodes, descriptions and reasons that have nothing to do with them, whatever these are called", () => {
    fc.assert(
      fc.property(written, fc.constantFrom("aaa", "zzz", "idle"), (from, id) => {
        const flow = from.tool.flow.map((node): DraftNode => ({ ...node, why: "because" }));
        const idle: DraftNode = { id, type: "assert", expr: "true", message: "always" };
        const tool = { ...from.tool, description: "Says more.", flow: [...flow, idle] };
        const kept = (each: readonly string[]): readonly string[] =>
          // Calls and payments count every step that can fail after them, this one too.
          each.filter((finding) => !/^(uncompensated-http|payment-without-compensation) /.test(finding));
        expect(kept(plainly({ ...from, tool }))).toEqual(kept(plainly(from)));
      }),
      runs,
    );
  });
});

describe("findings stay where they are", () => {
  it("when every node gets another name, with fingerprints of their own", () => {
    fc.assert(
      fc.property(written, fc.constantFrom("x", "q9"), (from, suffix) => {
        const before = judge(from, stringify(from.tool), "tools/it.yaml");
        const after = judge(from, renamed(from.tool, suffix), "tools/it.yaml");
        const places = (findings: readonly Finding[], add: string): readonly string[] =>
          findings.map(
            ({ rule, node = "", key = "", confidence }) =>
              `${rule} ${node}${node === "" ? "" : add} ${key} ${confidence}`,
          );
        expect(places(after, "").toSorted()).toEqual(places(before, suffix).toSorted());
      }),
      runs,
    );
  });
});

/** The tool with every node renamed, wherever its name stands. */
function renamed(tool: DraftTool, suffix: string): string {
  const ids = placesIn(tool).map(({ node }) => node.id);
  const text = JSON.stringify(tool);
  return ids.reduce(
    (all, id) =>
      all
        .replaceAll(`"id":"${id}"`, `"id":"${id}${suffix}"`)
        .replaceAll(`"onError":"${id}"`, `"onError":"${id}${suffix}"`)
        .replaceAll(new RegExp(`nodes\\.${id}\\b`, "g"), `nodes.${id}${suffix}`)
        .replaceAll(/"after":\[[^\]]*\]/g, (after) => after.replaceAll(`"${id}"`, `"${id}${suffix}"`)),
    text,
  );
}
