import { styleText } from "node:util";
import type { CheckedFinding } from "../../report/check-report.ts";
import { printable } from "../../report/printable.ts";
import { counted } from "../../report/verdict.ts";
import type { PreviewReport, ToolPreview, Violation, WorkspacePreview } from "../preview-report.ts";
import { changesOf, levelOf, sentenceOf, toolsToShow } from "./summary.ts";

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

const colours = {
  green: "green",
  yellow: "yellow",
  red: "red",
  failed: "magenta",
} as const;

/** The report for a terminal: the sentence first and last, the worst in between first. */
export function renderText(report: PreviewReport, hasColour: boolean): string {
  const paint: Paint = (style, text) => (hasColour ? styleText(style, text, { validateStream: false }) : text);
  const sentence = paint(["bold", colours[report.outcome]], printable(sentenceOf(report)));
  if (report.outcome === "failed") return `${[sentence, failure(report)].join("\n\n")}\n`;
  const sections = [
    section("newly accepted risk", report.workspaces.flatMap(newlyAccepted), paint),
    section("destructive", destructive(report), paint),
    section("violations", report.violations.filter(({ isMandatory }) => isMandatory).map(violation), paint),
    ...report.workspaces.map((workspace) => tools(workspace, paint)),
    section(
      "specs",
      changesOf(report).map(({ level, name, message, rule }) => `${level} ${name}: ${message} (${rule})`),
      paint,
    ),
    ...report.workspaces.map((workspace) => migration(workspace, paint)),
    section("infrastructure", infrastructure(report), paint),
    section("decided in the update", report.undecided.map(violation), paint),
    section("advice", report.violations.filter(({ isMandatory }) => !isMandatory).map(violation), paint),
    section("the engine also reported", report.errors, paint),
  ].filter((part) => part !== "");
  const ending = sections.length === 0 ? [] : [sentence];
  return `${[sentence, ...sections, ...ending].join("\n\n")}\n`;
}

function failure({ failure: reason, errors }: PreviewReport): string {
  return [
    "The engine failed, so nothing is known of the risk:",
    ...new Set([reason ?? "", ...errors].map(printable)),
  ].join("\n  ");
}

function section(title: string, lines: readonly string[], paint: Paint): string {
  if (lines.length === 0) return "";
  return [
    paint("bold", printable(title)),
    ...lines.map((line) => `  ${printable(line).replaceAll("\n", "\n    ")}`),
  ].join("\n");
}

function newlyAccepted({ newAcknowledgements }: WorkspacePreview): readonly string[] {
  return newAcknowledgements.map(
    ({ tool, node, rule, by, expires, reason }) =>
      `${rule} in ${node === undefined ? tool : `${tool}/${node}`}, by ${by} until ${expires}: ${reason}`,
  );
}

function destructive({ resources, workspaces }: PreviewReport): readonly string[] {
  const steps = workspaces
    .flatMap(({ migration: plan }) => plan?.steps ?? [])
    .filter(({ isDestructive }) => isDestructive);
  const gone = resources.changes.filter(({ operation }) => operation === "replace" || operation === "delete");
  return [
    ...steps.map(({ sql }) => `loses data: ${sql}`),
    ...gone.map(
      ({ operation, type, name, paths }) =>
        `${operation}s ${name} (${type})${paths.length === 0 ? "" : `: ${paths.join(", ")}`}`,
    ),
  ];
}

function violation({ policy, resource, message }: Violation): string {
  return `${policy} ${resource}: ${message}`;
}

function tools({ name, tools: all }: WorkspacePreview, paint: Paint): string {
  const shown = toolsToShow(all);
  if (shown.length === 0) return `${paint("bold", printable(name))}\n  ${counted(all.length, "tool")}, none changed`;
  return section(name, shown.flatMap(toolLines), paint);
}

function toolLines(tool: ToolPreview): readonly string[] {
  return [`${tool.name}: ${levelOf(tool)}`, ...tool.findings.map((finding) => `  ${findingLine(finding)}`)];
}

function findingLine({
  file,
  line,
  column,
  level,
  rule,
  node,
  message,
  fix,
  fingerprint,
  acknowledged,
}: CheckedFinding): string {
  const place = file === undefined ? "" : `${file}:${String(line ?? 1)}:${String(column ?? 1)} `;
  const subject = node === undefined ? "" : ` ${node}`;
  const end =
    acknowledged === undefined
      ? `fix: ${fix.title}${level === "yellow" ? `, or acknowledge ${fingerprint}` : ""}`
      : `accepted by ${acknowledged.by} until ${acknowledged.expires}: ${acknowledged.reason}`;
  return `${place}${level} ${rule}${subject}: ${message}; ${end}`;
}

function migration({ name, migration: plan }: WorkspacePreview, paint: Paint): string {
  if (plan === null) return "";
  const lines = [
    ...plan.refusals.map((refusal) => `refused: ${refusal}`),
    ...plan.steps.map(({ sql, lock, phase }) => `[${phase}, ${lock}] ${sql}`),
    ...plan.notes,
  ];
  return section(`database of ${name}`, lines, paint);
}

function infrastructure({ resources }: PreviewReport): readonly string[] {
  return resources.changes
    .filter(({ operation }) => operation === "update" || operation === "create")
    .map(
      ({ operation, type, name, paths }) =>
        `${operation} ${name} (${type})${operation === "create" || paths.length === 0 ? "" : `: ${paths.join(", ")}`}`,
    );
}
