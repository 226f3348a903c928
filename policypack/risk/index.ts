// The door of the risk engine: pure, without Pulumi, so that the executor and an editor can run it too.
export type { Locate } from "./analyse.ts";
export { analyse, analyseSlice } from "./analyse.ts";
export type { AnalysisOptions } from "./analysis-options.ts";
export type { Confidence, Finding, Fix, FixKind, RiskCounts, RiskReport, ToolRisk } from "./finding.ts";
export type { AppliedFix, FixedSpecs, FixOptions, LeftFinding } from "./fixes/fix-specs.ts";
export { fixSpecs } from "./fixes/fix-specs.ts";
export type { Safety } from "./fixes/fixer.ts";
export type { JudgeOptions } from "./fixes/judged-files.ts";
export { SliceError } from "./risk-context.ts";
export type { RuleMetadata } from "./rule.ts";
export { rulesMetadata } from "./rules-metadata.ts";
export { shapeProblem } from "./slice-shape.ts";
export { loadSqlParser, needsSqlParser } from "./sql/load-sql-parser.ts";
