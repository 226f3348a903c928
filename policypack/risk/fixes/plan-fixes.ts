import { isJsonObject, locate, planFlow, readValue, type SpecText } from "@lintel/specs";
import { type AnalysisOptions, defaultRowThreshold } from "../analysis-options.ts";
import type { Finding } from "../finding.ts";
import type { FixPlan } from "./fixer.ts";
import { fixers } from "./fixers.ts";
import type { JudgedFiles } from "./judged-files.ts";
import { nodePaths } from "./locate-nodes.ts";

export interface PlannedFixes {
  readonly file: SpecText;
  /** The best first. */
  readonly plans: readonly FixPlan[];
}

/** The ways to repair a finding, not yet verified; where there is none, why not. */
export function planFixes(
  finding: Finding,
  judged: JudgedFiles,
  analysis: AnalysisOptions = {},
): PlannedFixes | string {
  const { specs, sources, files } = judged;
  const fixer = fixers[finding.fix.kind];
  const tool = specs.tools.find(({ name }) => name === finding.tool);
  const place = locate(sources, `tool/${finding.tool}`)?.file;
  const file = files.find(({ path }) => path === place);
  if (tool === undefined || file === undefined) return finding.fix.title;
  if (tool.origin === "crud") {
    return `"${tool.name}" is generated from ${file.path}; ${finding.fix.title} in a tool file of that name, which takes its place`;
  }
  const written = readValue(file.text, { format: file.path.endsWith(".json") ? "json" : "yaml" });
  if (!isJsonObject(written)) return finding.fix.title;
  const plans = fixer({
    finding,
    tool,
    tools: specs.tools,
    plan: planFlow(tool.flow),
    workspace: specs.workspace,
    entities: specs.entities,
    written,
    paths: nodePaths(tool),
    rowThreshold: Math.min(analysis.rowThreshold ?? defaultRowThreshold, defaultRowThreshold),
  });
  return typeof plans === "string" ? plans : { file, plans };
}
