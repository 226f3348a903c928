import { type Bundle, type CompiledSpecs, compileFiles, type Diagnostic, type SpecText } from "@lintel/specs";
import { analyse } from "../analyse.ts";
import type { AnalysisOptions } from "../analysis-options.ts";
import type { Finding } from "../finding.ts";

/** What a fix is verified with. */
export interface JudgeOptions {
  /** Decides which acknowledgements have expired. */
  readonly now: Date | string;
  readonly environment?: string | undefined;
  readonly analysis?: AnalysisOptions;
}

/** Files that compile, and every finding on them. */
export interface JudgedFiles {
  readonly files: readonly SpecText[];
  readonly bundle: Bundle;
  readonly sources: CompiledSpecs["sources"];
  readonly findings: readonly Finding[];
}

export type Judged = { readonly judged: JudgedFiles } | { readonly diagnostics: readonly Diagnostic[] };

export function judgeFiles(files: readonly SpecText[], { now, environment, analysis }: JudgeOptions): Judged {
  const { specs, diagnostics } = compileFiles(files, { environment });
  if (specs === undefined) return { diagnostics };
  const { bundle, acknowledgements, sources } = specs;
  const report = analyse(bundle, acknowledgements, now, sources, analysis);
  const findings = [...report.tools.flatMap((tool) => tool.findings), ...report.findings];
  return { judged: { files, bundle, sources, findings } };
}

/** Findings are the same one where rule, tool and node are; lines and fingerprints move with every edit. */
export function nameOf({ rule, tool, node, acknowledged }: Finding): string {
  return `${rule} ${tool}/${node ?? ""}${acknowledged === undefined ? "" : " accepted"}`;
}
