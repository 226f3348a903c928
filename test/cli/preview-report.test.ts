import { readFileSync } from "node:fs";
import { rulesMetadata, type ToolRisk } from "@lintel/policypack/risk";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { buildReport } from "../../cli/preview/build-report.ts";
import { type EngineEvent, foldEvents } from "../../cli/preview/engine-run.ts";
import type { PreviewReport } from "../../cli/preview/preview-report.ts";
import type { JudgedWorkspace } from "../../cli/preview/preview-workspace.ts";
import { renderMarkdown } from "../../cli/preview/render/markdown.ts";
import { renderText } from "../../cli/preview/render/text.ts";
import { resourceChanges } from "../../cli/preview/resource-changes.ts";

const tool = "urn:pulumi:dev::shop::lintel:index:Workspace$lintel:index:Tool::shop-order";
const every = [...rulesMetadata.map(({ id }) => id), "workspace-policy-red", "workspace-policy-yellow"];

/** The pack's word that it judged a tool by every rule but these. */
function judgedBy(policies: readonly string[] = every): EngineEvent {
  const policyAnalyzeSummaryEvent = {
    resourceUrn: tool,
    policyPackName: "lintel",
    policyPackVersion: "0.1.0",
    passed: policies,
  };
  return { policyAnalyzeSummaryEvent };
}

function said(policyName: string, message: string, enforcementLevel = "mandatory", resourceUrn = tool): EngineEvent {
  return {
    policyEvent: {
      policyName,
      policyPackName: "lintel",
      message: `What it is.\n${message}\n`,
      enforcementLevel,
      resourceUrn,
    },
  };
}

const error = (message: string): EngineEvent => ({ diagnosticEvent: { severity: "error", message } });

const finding = (rule: string, level: "red" | "yellow", isAcknowledged = false): ToolRisk["findings"][number] => ({
  rule,
  level,
  confidence: "certain",
  tool: "order",
  message: "it is risky",
  fix: { kind: "by-hand", title: "make it safe" },
  fingerprint: "0123456789abcdef",
  ...(isAcknowledged
    ? {
        acknowledged: {
          tool: "order",
          rule,
          fingerprint: "0123456789abcdef",
          reason: "r",
          by: "jo@example.com",
          expires: "2999-01-01",
        },
      }
    : {}),
});

function judged(...findings: ToolRisk["findings"]): JudgedWorkspace {
  const level = findings[0]?.level ?? "green";
  const isBlocked = findings.some(({ acknowledged }) => acknowledged === undefined);
  return {
    preview: {
      name: "shop",
      specs: "specs",
      digest: { before: null, after: "sha256:0" },
      level: { before: null, after: level },
      tools: [
        { name: "order", change: "added", level: { before: null, after: level }, isBlocked, findings: [...findings] },
      ],
      newAcknowledgements: [],
      changes: null,
      migration: null,
    },
    risks: new Map([[tool, { name: "order", digest: "sha256:0", level, findings, isBlocked }]]),
  };
}

function report(events: readonly EngineEvent[], workspace: JudgedWorkspace, failure?: string): PreviewReport {
  const context = { project: "shop", stack: "dev", against: "deployed" };
  return buildReport(foldEvents(events, failure), [workspace], context);
}

describe("the verdict of a preview", () => {
  it("is green only where the pack says of every rule that it judged every tool", () => {
    expect(report([judgedBy()], judged()).outcome).toBe("green");
    for (const rule of every) {
      const { outcome, failure } = report([judgedBy(every.filter((id) => id !== rule))], judged());
      expect([outcome, failure]).toEqual(["failed", expect.stringContaining(`by "${rule}"`)]);
    }
  });

  it("is none where no pack ran, or where the pack is another's", () => {
    expect(report([], judged()).outcome).toBe("failed");
    const other = { policyAnalyzeSummaryEvent: { ...judgedBy().policyAnalyzeSummaryEvent, policyPackName: "other" } };
    expect(report([other as EngineEvent], judged()).outcome).toBe("failed");
  });

  it("is none where the pack did not report what this command finds", () => {
    const { outcome, failure } = report([judgedBy()], judged(finding("hard-delete", "red")));
    expect([outcome, failure]).toEqual(["failed", expect.stringContaining("did not report hard-delete")]);
  });

  it("is red for a Red finding, a violation, and an accepted finding of a rule that the organization raised", () => {
    const red = [judgedBy(), said("hard-delete", "RED"), error('workspace "shop" is not deployed: 1 red')];
    expect(report(red, judged(finding("hard-delete", "red")), "exit 1").outcome).toBe("red");
    expect(
      report([judgedBy(), said("public-database", "no", "mandatory", "urn::x::gcp:a:B::db")], judged()).outcome,
    ).toBe("red");
    const accepted = judged(finding("missing-retry", "yellow", true));
    expect(report([judgedBy()], accepted).outcome).toBe("green");
    expect(report([judgedBy(), said("missing-retry", "YELLOW")], accepted).outcome).toBe("red");
  });

  it("stays red and yellow where a configuration makes the rule advisory", () => {
    const red = [judgedBy(), said("hard-delete", "RED", "warning")];
    expect(report(red, judged(finding("hard-delete", "red"))).outcome).toBe("red");
    const yellow = [judgedBy(), said("missing-retry", "YELLOW", "warning")];
    expect(report(yellow, judged(finding("missing-retry", "yellow"))).outcome).toBe("yellow");
  });

  it("is none where the engine failed beside anything but Red: it may have hidden something", () => {
    const yellow = [judgedBy(), said("missing-retry", "YELLOW"), error("no credentials")];
    expect(report(yellow, judged(finding("missing-retry", "yellow")), "exit 255")).toMatchObject({
      outcome: "failed",
      failure: "no credentials",
    });
    expect(report([judgedBy()], judged(), "exit 255").outcome).toBe("failed");
    const red = [judgedBy(), said("hard-delete", "RED"), error("no credentials")];
    expect(report(red, judged(finding("hard-delete", "red")), "exit 255")).toMatchObject({
      outcome: "red",
      errors: ["no credentials"],
    });
  });

  it("is red where the migration would not begin", () => {
    const { preview, ...rest } = judged();
    const migration = { steps: [], refusals: ["a rename has no source"], notes: [] };
    expect(report([judgedBy()], { ...rest, preview: { ...preview, migration } }).outcome).toBe("red");
  });

  it("lists what is decided in the update apart, and does not block for it", () => {
    const later = said("plain-text-secret", "can't run policy 'plain-text-secret' during preview: x", "advisory");
    const { outcome, undecided, violations } = report([judgedBy(), later], judged());
    expect([outcome, undecided.length, violations]).toEqual(["green", 1, []]);
  });
});

describe("the report as JSON", () => {
  it("is what its published schema says, with and without a verdict", () => {
    const schema = readFileSync(new URL("../../cli/preview/preview-report.schema.json", import.meta.url), "utf8");
    const validate = new Ajv2020({ allErrors: true, strict: false }).compile(JSON.parse(schema) as object);
    const red = report([judgedBy(), said("hard-delete", "RED")], judged(finding("hard-delete", "red")));
    for (const each of [red, report([judgedBy()], judged()), report([], judged())]) {
      validate(JSON.parse(JSON.stringify(each)));
      expect(validate.errors).toBeNull();
    }
  });
});

describe("infrastructure in a preview", () => {
  const step = (operation: string, name: string, type = "gcp:sql/databaseInstance:DatabaseInstance") => ({
    urn: `urn:pulumi:dev::shop::${type}::${name}`,
    type,
    operation,
    inputs: {},
    paths: ["settings.tier"],
  });

  it("has replacements and deletions first, one line per resource, and no components", () => {
    const { changes, ...counts } = resourceChanges([
      step("create", "a"),
      step("update", "b"),
      step("same", "c"),
      step("delete", "d"),
      step("create-replacement", "e"),
      step("replace", "e"),
      step("delete-replaced", "e"),
      step("delete", "t", "lintel:index:Tool"),
    ]);
    expect(changes.map(({ operation, name }) => `${operation} ${name}`)).toEqual([
      "replace e",
      "delete d",
      "update b",
      "create a",
    ]);
    expect(counts).toEqual({ created: 1, updated: 1, replaced: 1, deleted: 1, same: 1 });
  });
});

describe("the report as a comment", () => {
  const many = Array.from({ length: 3000 }, (_, index) => finding(`rule-${String(index)}`, "red"));

  it("survives the cut: sentence, losses and tables stay, details go, and it says so", () => {
    const events = [judgedBy(), said("hard-delete", "RED"), ...many.map(({ rule }) => said(rule, "RED"))];
    const base = report(events, judged(finding("hard-delete", "red"), ...many));
    const [workspace] = base.workspaces;
    if (workspace === undefined) throw new Error("no workspace");
    const step = { sql: 'drop table "app"."order"', lock: "ACCESS EXCLUSIVE", phase: "contract", isDestructive: true };
    const full = {
      ...base,
      outcome: "red" as const,
      workspaces: [{ ...workspace, migration: { steps: [step], refusals: [], notes: [] } }],
    };
    const text = renderMarkdown(full);
    expect(text.length).toBeLessThanOrEqual(65_000);
    expect(text.split("\n")[0]).toContain("**is blocked**: 3001 red findings");
    expect(text.indexOf("loses data")).toBeLessThan(text.indexOf("<details>"));
    expect(text).toContain("Too long for a comment");
    expect(renderMarkdown(full, 600).length).toBeLessThanOrEqual(600);
  });

  it("lets no stranger's text become markup, a mention or a command of the terminal", () => {
    const evil = {
      ...finding("hard-delete", "red"),
      message: "<img src=x> @octocat | `</details>` \u001b[31m [x](http://evil)",
    };
    const full = report([judgedBy(), said("hard-delete", "RED")], judged(evil));
    const markdown = renderMarkdown(full);
    expect(markdown).not.toMatch(/<img|@octocat|\u001b|\[x\]\(/);
    expect(markdown.match(/<details>/g)?.length).toBe(markdown.match(/<\/details>/g)?.length);
    expect(renderText(full, false)).not.toContain("\u001b");
  });

  it("calls a failure one, and no colour", () => {
    const text = renderMarkdown(report([error("quota exceeded")], judged(), "exit 255"));
    expect(text.split("\n")[0]).toBe("⚠️ `shop/dev` **has no verdict**: the engine failed.");
    expect(text).toContain("quota exceeded");
    expect(text).not.toMatch(/🟢|deploys/);
  });
});
