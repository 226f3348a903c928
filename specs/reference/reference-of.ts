import type { Bundle } from "../bundle/bundle.ts";
import type { Policy } from "../language/policy.ts";
import type { Tool } from "../language/tool.ts";
import { entityPage } from "./entity-page.ts";
import { code, page, prose, type ReferencePage, section, table } from "./markdown.ts";
import { type ToolVerdict, toolPage } from "./tool-page.ts";
import { accessOf, triggerOf } from "./tool-words.ts";

export interface ReferenceOptions {
  /** What the risk engine says, by tool name; the pages say nothing of risk without it. */
  readonly verdicts?: Readonly<Record<string, ToolVerdict>>;
}

/** The Markdown pages of a workspace: an overview, a page per entity and tool, and the policies. Same bytes for the same bundle. */
export function referenceOf(bundle: Bundle, { verdicts = {} }: ReferenceOptions = {}): readonly ReferencePage[] {
  return [
    { path: "README.md", text: overview(bundle, verdicts) },
    ...bundle.entities.map((entity) => ({ path: `entities/${entity.name}.md`, text: entityPage(entity, bundle) })),
    ...bundle.tools.map((tool) => ({
      path: `tools/${tool.name}.md`,
      text: toolPage(tool, bundle, verdicts[tool.name]),
    })),
    ...(bundle.policies.length === 0 ? [] : [{ path: "policies.md", text: policiesPage(bundle.policies) }]),
  ];
}

type Verdicts = Readonly<Record<string, ToolVerdict>>;

function overview({ workspace, digest, entities, tools, policies }: Bundle, verdicts: Verdicts): string {
  const { auth } = workspace;
  const who = `Callers show a token of ${code(auth.issuer)} for ${code(auth.audience)}; their roles stand in ${code(auth.roleClaim)}.`;
  const entityRows = entities.map(({ name, description = "" }) => [
    `[${name}](entities/${name}.md)`,
    prose(description),
  ]);
  const providers = workspace.providers.map(({ name, type }) => [code(name), type]);
  return page([
    `# ${prose(workspace.name)}`,
    prose(workspace.description ?? ""),
    `Bundle ${code(digest)}.`,
    section("Tools", toolTable(tools, verdicts)),
    section("Entities", table(["entity", ""], entityRows)),
    section("Callers", page([who, `Roles: ${workspace.roles.map(code).join(", ")}.`]).trimEnd()),
    section("Providers", table(["provider", "type"], providers)),
    section("Policies", policies.length === 0 ? "" : "See [policies](policies.md)."),
  ]);
}

function toolTable(tools: readonly Tool[], verdicts: Verdicts): string {
  const hasRisk = Object.keys(verdicts).length > 0;
  const rows = tools.map((tool) => [
    `[${tool.name}](tools/${tool.name}.md)${tool.deprecated ? " (deprecated)" : ""}`,
    triggerOf(tool),
    accessOf(tool),
    ...(hasRisk ? [verdicts[tool.name]?.level ?? ""] : []),
  ]);
  return table(["tool", "called by", "callers", ...(hasRisk ? ["risk"] : [])], rows);
}

function policiesPage(policies: readonly Policy[]): string {
  return page(["# Policies", ...policies.map(policySection)]);
}

function policySection({ name, description = "", tools, rules, deny, budget }: Policy): string {
  const why = (text: string | undefined): string => prose(text ?? "");
  const ceilings = Object.entries(budget).map(([key, value]) => [code(key), String(value)]);
  return page([
    `## ${prose(name)}`,
    prose(description),
    `Holds for ${tools.length === 0 ? "every tool" : tools.map(code).join(", ")}.`,
    table(
      ["refused where", "message", "why"],
      deny.map((rule) => [code(rule.expr), prose(rule.message), why(rule.why)]),
    ),
    table(
      ["must hold of the flow", "else", "message", "why"],
      rules.map((rule) => [code(rule.expr), rule.level, prose(rule.message), why(rule.why)]),
    ),
    table(["budget of one execution", ""], ceilings),
  ]).trimEnd();
}
