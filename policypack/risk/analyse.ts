// Decision: pure and synchronous, so that the component, the pack and the executor reach one verdict from one input.
import {
  type Acknowledgement,
  type Bundle,
  type Digest,
  locate,
  type Slice,
  type SourceMap,
  type SourcePosition,
  slicesOf,
} from "@lintel/specs";
import { applyAcknowledgements, type PlacedAcknowledgement } from "./acknowledgements/apply-acknowledgements.ts";
import { orphanedAcknowledgements } from "./acknowledgements/orphaned-acknowledgements.ts";
import type { AnalysisOptions } from "./analysis-options.ts";
import { findRisks } from "./find-risks.ts";
import type { Finding, RiskCounts, RiskReport, ToolRisk } from "./finding.ts";
import { shapeGate } from "./slice-shape.ts";
import { worstLevel } from "./worst-level.ts";

/** The position of a path of names as in a SourceMap, where it is known. */
export type Locate = (path: string) => SourcePosition | undefined;

const nowhere: Locate = () => undefined;

/**
 * Judges a workspace. A bundle that was not compiled in this process goes through `openBundle` first; where a flow holds SQL,
 * `loadSqlParser` must have resolved.
 * @throws SliceError when a tool's flow cannot be judged, RangeError when `now` is no date.
 */
export function analyse(
  bundle: Bundle,
  acknowledgements: readonly Acknowledgement[],
  now: Date | string,
  sources?: SourceMap,
  options: AnalysisOptions = {},
): RiskReport {
  const find = sources === undefined ? nowhere : (path: string) => locate(sources, path);
  const placed = acknowledgements.map((acknowledgement, index) => ({
    acknowledgement,
    path: `acknowledgement/${String(index)}`,
  }));
  const byTool = groupedByTool(placed);
  const gate = shapeGate();
  const tools = slicesOf(bundle).map((slice) => {
    const own = byTool.get(slice.tool.name) ?? [];
    return judge(slice, bundle.slices[slice.tool.name] ?? "", own, now, { find, gate }, options);
  });
  const names = new Set(bundle.tools.map(({ name }) => name));
  const findings = orphanedAcknowledgements(placed, names, now, options).map((finding) =>
    positioned(finding.finding, find(finding.path)),
  );
  return {
    digest: bundle.digest,
    level: worstLevel([...tools.map(({ level }) => level), ...findings.map(({ level }) => level)]),
    tools,
    findings,
    counts: count([...tools.flatMap((tool) => tool.findings), ...findings]),
    isBlocked: [...tools.map(({ isBlocked }) => isBlocked), ...findings.map(blocks)].includes(true),
  };
}

/**
 * Judges one tool from its closed slice. `acknowledgements` are this tool's; `locate` finds positions of paths as in a
 * SourceMap, and of `acknowledgement/INDEX` into the list given here.
 * @throws SliceError when the flow cannot be judged, RangeError when `now` is no date.
 */
export function analyseSlice(
  slice: Slice,
  digest: Digest,
  acknowledgements: readonly Acknowledgement[],
  now: Date | string,
  locate: Locate = nowhere,
  options: AnalysisOptions = {},
): ToolRisk {
  const placed = acknowledgements.map((acknowledgement, index) => ({
    acknowledgement,
    path: `acknowledgement/${String(index)}`,
  }));
  return judge(slice, digest, placed, now, { find: locate, gate: shapeGate() }, options);
}

function groupedByTool(
  placed: readonly PlacedAcknowledgement[],
): ReadonlyMap<string, readonly PlacedAcknowledgement[]> {
  const groups = new Map<string, PlacedAcknowledgement[]>();
  for (const entry of placed) {
    const { tool } = entry.acknowledgement;
    const group = groups.get(tool) ?? [];
    group.push(entry);
    groups.set(tool, group);
  }
  return groups;
}

/** What the tools of one analysis share. */
interface Analysis {
  readonly find: Locate;
  readonly gate: ReturnType<typeof shapeGate>;
}

function judge(
  slice: Slice,
  digest: Digest,
  acknowledgements: readonly PlacedAcknowledgement[],
  now: Date | string,
  { find, gate }: Analysis,
  options: AnalysisOptions,
): ToolRisk {
  const risks = findRisks(slice, options, gate).map((finding) => positioned(finding, find(pathOf(finding))));
  const { findings, problems } = applyAcknowledgements(slice, risks, acknowledgements, now, options);
  const all = [...findings, ...problems.map(({ finding, path }) => positioned(finding, find(path)))];
  return {
    name: slice.tool.name,
    digest,
    level: worstLevel(all.map(({ level }) => level)),
    findings: all,
    isBlocked: all.some(blocks),
  };
}

function pathOf({ tool, node, key }: Finding): string {
  return ["tool", tool, ...(node === undefined ? [] : ["node", node]), ...(key === undefined ? [] : [key])].join("/");
}

function positioned(finding: Finding, position: SourcePosition | undefined): Finding {
  if (position === undefined) return finding;
  const { file, line, column } = position;
  return { ...finding, file, line, column };
}

function blocks({ level, acknowledged }: Finding): boolean {
  return level === "red" || acknowledged === undefined;
}

function count(findings: readonly Finding[]): RiskCounts {
  const red = findings.filter(({ level }) => level === "red").length;
  const acknowledged = findings.filter((finding) => !blocks(finding)).length;
  return { red, yellow: findings.length - red - acknowledged, acknowledged };
}
