import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import type { CheckReport } from "@lintel/cli";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { JSDOM } from "jsdom";
import { describe, expect, it, vi } from "vitest";
import { lintel, redTool, specsIn, temporaryFolder, yellowTool } from "./run-lintel.ts";

const temporary = temporaryFolder();
const green = specsIn(temporary, "green");
const yellow = specsIn(temporary, "yellow", { "tools/own.yaml": yellowTool });
const red = specsIn(temporary, "red", { "tools/own.yaml": redTool });
const broken = specsIn(temporary, "broken", { "tools/own.yaml": redTool.replace("statement", "statment") });
const accepted = specsIn(temporary, "accepted", { "tools/own.yaml": yellowTool });
await accept(accepted);
const orphaned = specsIn(temporary, "orphaned");
await accept(orphaned, "0123456789abcdef");
/** Text that would break out of every format: markup, commands, quotes, control characters. */
const evilText = 'a"b<c>&|`]]>%0A::error::%\\u001b[31m@all\\n::set-output::\\u202e';
const evil = specsIn(temporary, "e vil,%:&", {
  "tools/own.yaml": yellowTool,
  "policies/evil.yaml": `apiVersion: lintel/v1
kind: Policy
name: evil
rules:
  - { name: never, expr: "false", level: red, message: "${evilText.replaceAll('"', '\\"')}" }
`,
});
const all = [green, yellow, red, broken, accepted, orphaned, evil];

async function accept(folder: string, fingerprint?: string): Promise<void> {
  const { out } = await lintel(["check", folder, "--format", "json"]);
  const [finding] = (JSON.parse(out) as CheckReport).tools.flatMap(({ findings }) => findings);
  const entry = {
    tool: "own-tool",
    rule: "missing-retry",
    node: "call",
    fingerprint: fingerprint ?? finding?.fingerprint,
    reason: "The floor is walked every evening.",
    by: "anna@example.com",
    expires: "2026-12-31",
  };
  const file = { apiVersion: "lintel/v1", kind: "Acknowledgements", acknowledgements: [entry] };
  writeFileSync(join(folder, "acknowledgements.json"), JSON.stringify(file));
}

async function printed(format: string, ...folders: readonly string[]): Promise<string> {
  return (await lintel(["check", ...folders, "--format", format])).out;
}

function readJson(path: string): object {
  return JSON.parse(readFileSync(path, "utf8")) as object;
}

describe("--format json", () => {
  const schema = readJson(join(import.meta.dirname, "../../cli/report/check-report.schema.json"));
  const isReport = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(schema);

  it("matches its published schema, whatever the verdict, of one workspace and of several", async () => {
    for (const folders of [...all.map((folder) => [folder]), all]) {
      const report: unknown = JSON.parse(await printed("json", ...folders));
      expect([folders, isReport(report), isReport.errors]).toEqual([folders, true, null]);
    }
    expect(isReport({ version: 2 })).toBe(false);
  });

  it("holds nothing that the schema does not name", async () => {
    const closed = JSON.parse(
      JSON.stringify(schema).replaceAll(
        /"type":"object","required":\["(?!version|folder)/g,
        '"additionalProperties":false,$&',
      ),
    ) as object;
    const isClosed = new Ajv2020({ strict: false }).compile(closed);
    const report = JSON.parse(await printed("json", ...all)) as { readonly workspaces: readonly object[] };
    expect([isClosed(report), isClosed.errors]).toEqual([true, null]);
    const more = JSON.stringify(report).replace('"fingerprint":', '"more":1,"fingerprint":');
    expect(isClosed(JSON.parse(more))).toBe(false);
    const keys = ["folder", "version", "digest", "level", "tools", "findings", "errors"];
    for (const workspace of report.workspaces) expect(Object.keys(workspace)).toEqual(keys);
  });

  it("says of several workspaces which one each report is about", async () => {
    const { workspaces } = JSON.parse(await printed("json", green, red)) as {
      workspaces: readonly { folder: string }[];
    };
    expect(workspaces.map(({ folder }) => folder)).toEqual([green, red]);
  });
});

interface Sarif {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly SarifRule[] } };
    readonly invocations: readonly unknown[];
    readonly results: readonly SarifResult[];
  }[];
}

interface SarifRule {
  readonly id: string;
  readonly help?: { readonly markdown: string };
}

interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly [{ readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } }];
}

describe("--format sarif", () => {
  const path = createRequire(import.meta.url).resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
  // It is of draft 4, whose keywords here mean the same in draft 7 but for the name of its id.
  const { id: _id, $schema: _schema, ...schema } = readJson(path) as Record<string, unknown>;
  const isSarif = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);

  async function sarif(...folders: readonly string[]): Promise<Sarif["runs"][number]> {
    const [run] = (JSON.parse(await printed("sarif", ...folders)) as Sarif).runs;
    if (run === undefined) throw new Error("no run");
    return run;
  }

  it("matches the schema of SARIF 2.1.0, whatever the verdict", async () => {
    for (const folders of [...all.map((folder) => [folder]), all]) {
      const log: unknown = JSON.parse(await printed("sarif", ...folders));
      expect([folders, isSarif(log), isSarif.errors]).toEqual([folders, true, null]);
    }
    expect(isSarif({ version: "2.1.0" })).toBe(false);
  });

  it("has the rule of every result at its index, with help from the rule's page", async () => {
    const { tool, results } = await sarif(...all);
    const { rules } = tool.driver;
    expect(results.length).toBeGreaterThan(6);
    for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex]?.id).toBe(ruleId);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    expect(rules.find(({ id }) => id === "raw-write")?.help?.markdown).toContain("## What it finds");
  });

  it("suppresses what is acknowledged, with the reason, and nothing else", async () => {
    const { results } = await sarif(yellow, accepted);
    const justification = "The floor is walked every evening. (anna@example.com, until 2026-12-31)";
    expect(results).toMatchObject([
      { ruleId: "missing-retry", level: "warning", suppressions: [] },
      { ruleId: "missing-retry", suppressions: [{ kind: "external", status: "accepted", justification }] },
    ]);
  });

  it("reports specs that do not compile as errors of an execution that did not succeed", async () => {
    const { results, invocations } = await sarif(broken);
    expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
      ["missing-key", "error"],
      ["unknown-key", "error"],
    ]);
    expect(invocations).toMatchObject([{ executionSuccessful: false, exitCode: 2 }]);
    expect((await sarif(green)).invocations).toEqual([{ executionSuccessful: true, exitCode: 0 }]);
  });

  it("names files by URI from the working directory, and absolutely outside of it", async () => {
    const [result] = (await sarif(evil)).results;
    const { uri } = result?.locations[0].physicalLocation.artifactLocation ?? { uri: "" };
    expect(uri).toMatch(/^file:\/\/\/.*\/e%20vil(,|%2C)%25:(&|%26)\/entities\//);
    const example = await sarif("examples/reservations-red");
    expect(example.results[0]?.locations[0].physicalLocation.artifactLocation.uri).toMatch(
      /^examples\/reservations-red\/tools\//,
    );
  });
});

describe("--format junit", () => {
  async function suites(...folders: readonly string[]): Promise<Element> {
    const { window } = new JSDOM(await printed("junit", ...folders), { contentType: "application/xml" });
    return window.document.documentElement;
  }

  it("is well-formed XML, whatever is in the specs", async () => {
    const root = await suites(...all);
    expect(root.tagName).toBe("testsuites");
    const failure = [...root.querySelectorAll("failure")].find(
      (each) => each.getAttribute("type") === "policy/evil/never",
    );
    expect(failure?.getAttribute("message")).toBe('a"b<c>&|`]]>%0A::error::%\uFFFD[31m@all\n::set-output::\u202e');
  });

  it("has a case per tool, failures of what blocks, and counts them", async () => {
    const suite = (await suites(red)).querySelector("testsuite");
    expect(suite?.getAttribute("tests")).toBe("6");
    expect(suite?.getAttribute("failures")).toBe("1");
    expect(suite?.querySelector('testcase[name="own-tool"] > failure')?.textContent).toContain("tools/own.yaml:10:");
    const kept = (await suites(accepted)).querySelector("testsuite");
    expect(kept?.getAttribute("failures")).toBe("0");
    expect(kept?.querySelector("system-out")?.textContent).toContain("acknowledged by anna@example.com");
  });

  it("reports specs that do not compile as errors", async () => {
    const suite = (await suites(broken)).querySelector("testsuite");
    expect(suite?.getAttribute("errors")).toBe("1");
    expect(suite?.querySelectorAll("error")).toHaveLength(2);
  });
});

describe("--format github", () => {
  it("writes one escaped command per finding, and no other line that is one", async () => {
    const out = await printed("github", evil);
    const [first = "", ...rest] = out.trimEnd().split("\n");
    expect(first).toMatch(
      /^::error file=[^,:]*e vil%2C%25%3A&\/entities\/[^,:]+,line=\d+,col=\d+,title=policy\/evil\/never::/,
    );
    expect(first).toContain('a"b<c>&|`]]>%250A::error::%25');
    expect(first).toContain("@all%0A::set-output::");
    const commands = rest.filter((line) => line.startsWith("::"));
    expect(commands.every((line) => /^::(error|warning|notice) file=/.test(line))).toBe(true);
    expect(out).not.toMatch(/^::set-output/m);
  });

  it("names files from the checkout's top, where the command runs below it", async () => {
    vi.stubEnv("GITHUB_WORKSPACE", `${dirname(process.cwd())}/`);
    const out = await printed("github", "examples/reservations-red");
    vi.unstubAllEnvs();
    expect(out).toContain(`::error file=${basename(process.cwd())}/examples/reservations-red/tools/`);
  });

  it("warns of Yellow, notes what is acknowledged, and ends with a line that sums up", async () => {
    expect(await printed("github", yellow)).toMatch(
      /^::warning file=.*title=missing-retry::own-tool\/call: .*\nlintel: .*\n$/,
    );
    expect(await printed("github", accepted)).toMatch(/^::notice file=/);
    expect(await printed("github", broken)).toMatch(/^::error file=.*title=missing-key::/);
  });
});

describe("--format markdown", () => {
  it("says it in one sentence, then a table with the worst first, then details", async () => {
    const out = await printed("markdown", yellow, red, accepted);
    const lines = out.split("\n").filter((line) => line !== "");
    expect(lines.slice(0, 3).map((line) => line.replace(/`[^`]*`/g, "_"))).toEqual([
      "🟡 _ needs **acknowledgements**: 0 red, 1 yellow, 6 tools (_).",
      "🔴 _ is **blocked**: 1 red, 0 yellow, 6 tools (_).",
      "🟢 _ **deploys**: 0 red, 0 yellow, 1 acknowledged, 6 tools (_).",
    ]);
    const rows = lines.filter((line) => /^\| (🔴|🟡|✔️)/u.test(line));
    expect(rows.map((row) => row.split(" ")[1])).toEqual(["🔴", "🟡", "✔️"]);
    expect(out.match(/<details>/g)).toHaveLength(2);
  });

  it("lets nothing in the specs be markup, a mention or a cell of its own", async () => {
    const row = (await printed("markdown", evil)).split("\n").find((line) => line.includes("policy/evil/never")) ?? "";
    expect(row.replaceAll("\\|", "").split("|")).toHaveLength(5);
    expect(row).toContain('a"b&lt;c&gt;&amp;');
    expect(row).not.toContain("@all");
    expect(row).toContain("&lt;U+001B&gt;");
  });
});

describe("--format text", () => {
  it("shows control characters instead of obeying them", async () => {
    const { out } = await lintel(["check", evil]);
    expect(out).toContain("<U+001B>[31m");
    expect(out).not.toMatch(/[\u001b\u202e]/);
  });

  it("prints only what blocks with --quiet, and nothing when all is green", async () => {
    expect(await lintel(["check", green, accepted, "--quiet"])).toEqual({ code: 0, out: "", error: "" });
    const { out } = await lintel(["check", accepted, yellow, "-q"]);
    expect(out).toContain("missing-retry");
    expect(out).not.toContain("acknowledged");
    expect(out).not.toContain("sha256:");
  });

  it("names what is acknowledged in two lines, after what blocks", async () => {
    const { out } = await lintel(["check", accepted, red]);
    expect(out.indexOf("raw-write")).toBeLessThan(out.indexOf("acknowledged by anna@example.com"));
  });

  it("ends with a line per workspace", async () => {
    const { out, code } = await lintel(["check", green, red]);
    expect(code).toBe(20);
    const [last = "", before = ""] = out.trimEnd().split("\n").reverse();
    expect(before).toContain(`${green}: green: 0 red`);
    expect(last).toContain(`${red}: red: 1 red`);
  });
});
