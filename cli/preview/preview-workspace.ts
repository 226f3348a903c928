import {
  analyseSlice,
  loadSqlParser,
  needsSqlParser,
  SliceError,
  shapeProblem,
  type ToolRisk,
} from "@lintel/policypack/risk";
import {
  type Bundle,
  type Change,
  canonicalJson,
  diffBundles,
  type MigrationAcknowledgement,
  type RiskLevel,
} from "@lintel/specs";
import { checkedFinding } from "../report/check-report.ts";
import type { MigrationPreview, NewAcknowledgement, ToolPreview, WorkspacePreview } from "./preview-report.ts";
import { findSpecFolder, locateTool, type SpecFolder } from "./spec-folder.ts";
import type { StackTool, StackWorkspace } from "./stack-workspaces.ts";

/** What other parts of Lintel contribute to a preview. */
export interface PreviewParts {
  /** The flow of a tool as a Mermaid diagram. */
  readonly drawFlow?: (tool: Bundle["tools"][number]) => string;
  /** `accepted` are the folder's acknowledgements of what a migration does; `today` is YYYY-MM-DD. */
  readonly planMigration?: (
    old: Bundle | undefined,
    next: Bundle,
    accepted: readonly MigrationAcknowledgement[],
    today: string,
  ) => MigrationPreview;
}

export interface JudgedWorkspace {
  readonly preview: WorkspacePreview;
  /** Verdicts on what is to be deployed, by URN: the pack's must agree. */
  readonly risks: ReadonlyMap<string, ToolRisk>;
  readonly folder?: SpecFolder;
}

/** Judges both sides of one workspace; `next` is undefined where it is removed. */
export async function previewWorkspace(
  project: string,
  old: StackWorkspace | undefined,
  next: StackWorkspace | undefined,
  now: Date,
  parts: PreviewParts,
): Promise<JudgedWorkspace> {
  const both = [...(old?.tools ?? []), ...(next?.tools ?? [])];
  if (needsSqlParser(both.map(({ slice }) => slice.tool))) await loadSqlParser();
  const folder = next === undefined ? undefined : await findSpecFolder(project, next);
  const before = new Map((old?.tools ?? []).map((tool) => [tool.name, judge(tool, now)]));
  const after = new Map((next?.tools ?? []).map((tool) => [tool.name, judge(tool, now, folder)]));
  const tools = toolNames(old, next).map((name) =>
    previewTool(name, tool(old, name), tool(next, name), before, after, parts),
  );
  const preview: WorkspacePreview = {
    name: next?.name ?? old?.name ?? "",
    specs: next?.specs ?? old?.specs ?? null,
    digest: { before: old?.digest ?? null, after: next?.digest ?? null },
    level: {
      before: old === undefined ? null : worst(before.values()),
      after: next === undefined ? null : worst(after.values()),
    },
    tools: tools.sort(worstFirst),
    newAcknowledgements: newAcknowledgements(old, next),
    changes: changesOf(old?.bundle, next?.bundle, now),
    migration: migrationOf(old, next, folder, now, parts),
  };
  const risks = new Map((next?.tools ?? []).flatMap(({ urn, name }) => entry(urn, after.get(name))));
  return { preview, risks, ...(folder === undefined ? {} : { folder }) };
}

/** Undefined where the slice cannot be judged; the pack reports it. */
function judge(tool: StackTool, now: Date, folder?: SpecFolder): ToolRisk | undefined {
  const { slice, digest, acknowledgements } = tool;
  if (shapeProblem(slice) !== undefined) return undefined;
  try {
    const locate = folder === undefined ? undefined : locateTool(folder, tool);
    return analyseSlice(slice, digest, acknowledgements, now, locate);
  } catch (error) {
    if (error instanceof SliceError) return undefined;
    throw error;
  }
}

type Verdicts = ReadonlyMap<string, ToolRisk | undefined>;

function previewTool(
  name: string,
  old: StackTool | undefined,
  next: StackTool | undefined,
  before: Verdicts,
  after: Verdicts,
  { drawFlow }: PreviewParts,
): ToolPreview {
  const risk = after.get(name);
  const change = changeOf(old, next);
  const isNew = change === "added" || change === "changed";
  return {
    name,
    change,
    level: { before: before.get(name)?.level ?? null, after: risk?.level ?? null },
    isBlocked: risk?.isBlocked ?? next !== undefined,
    findings: (risk?.findings ?? []).map(checkedFinding),
    ...(isNew && next !== undefined && drawFlow !== undefined ? { diagram: drawFlow(next.slice.tool) } : {}),
  };
}

function changeOf(old: StackTool | undefined, next: StackTool | undefined): ToolPreview["change"] {
  if (old === undefined) return "added";
  if (next === undefined) return "removed";
  return old.digest === next.digest ? "same" : "changed";
}

function migrationOf(
  old: StackWorkspace | undefined,
  next: StackWorkspace | undefined,
  folder: SpecFolder | undefined,
  now: Date,
  { planMigration }: PreviewParts,
): MigrationPreview | null {
  // What is deployed but cannot be read is no empty database.
  if (next?.bundle === undefined || (old !== undefined && old.bundle === undefined)) return null;
  return planMigration?.(old?.bundle, next.bundle, folder?.specs.migrations ?? [], dayOf(now)) ?? null;
}

function dayOf(now: Date): string {
  return now.toISOString().slice(0, 10);
}

function changesOf(old: Bundle | undefined, next: Bundle | undefined, now: Date): readonly Change[] | null {
  if (old === undefined || next === undefined) return null;
  return diffBundles(old, next, { today: dayOf(now) }).changes;
}

function newAcknowledgements(
  old: StackWorkspace | undefined,
  next: StackWorkspace | undefined,
): readonly NewAcknowledgement[] {
  const known = new Set(
    (old?.tools ?? []).flatMap(({ acknowledgements }) => acknowledgements.map((each) => canonicalJson(each))),
  );
  const all = (next?.tools ?? []).flatMap(({ acknowledgements }) => acknowledgements);
  return all
    .filter((acknowledgement) => !known.has(canonicalJson(acknowledgement)))
    .map(({ tool: name, rule, node, by, expires, reason }) => ({
      tool: name,
      rule,
      ...(node === undefined ? {} : { node }),
      by,
      expires,
      reason,
    }));
}

const ranks: Readonly<Record<RiskLevel, number>> = { red: 0, yellow: 1, green: 2 };

function worst(risks: Iterable<ToolRisk | undefined>): RiskLevel {
  const levels = [...risks].map((risk) => risk?.level ?? "red");
  return levels.reduce<RiskLevel>((low, level) => (ranks[level] < ranks[low] ? level : low), "green");
}

function worstFirst(one: ToolPreview, other: ToolPreview): number {
  const rank = ({ level, isBlocked, change, findings }: ToolPreview): number =>
    (level.after === "red" ? 0 : isBlocked ? 10 : findings.length > 0 ? 20 : 30) + (change === "same" ? 1 : 0);
  return rank(one) - rank(other) || (one.name < other.name ? -1 : 1);
}

function toolNames(old: StackWorkspace | undefined, next: StackWorkspace | undefined): readonly string[] {
  return [...new Set([...(old?.tools ?? []), ...(next?.tools ?? [])].map(({ name }) => name))];
}

function tool(workspace: StackWorkspace | undefined, name: string): StackTool | undefined {
  return workspace?.tools.find((each) => each.name === name);
}

function entry(urn: string, risk: ToolRisk | undefined): readonly (readonly [string, ToolRisk])[] {
  return risk === undefined ? [] : [[urn, risk]];
}
