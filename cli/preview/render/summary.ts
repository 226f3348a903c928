import type { Change } from "@lintel/specs";
import { counted } from "../../report/verdict.ts";
import type { MigrationStep, Outcome, PreviewReport, ResourceChange, ToolPreview } from "../preview-report.ts";

export const outcomeSigns: Readonly<Record<Outcome, string>> = { green: "🟢", yellow: "🟡", red: "🔴", failed: "⚠️" };
export const outcomeWords: Readonly<Record<Outcome, string>> = {
  green: "deploys",
  yellow: "needs acknowledgements",
  red: "is blocked",
  failed: "has no verdict",
};

/** What a reviewer must know, in the order of the sentence: why it stops, what breaks, what is lost. */
export function factsOf(report: PreviewReport): readonly string[] {
  if (report.outcome === "failed") return ["the engine failed"];
  const findings = report.workspaces.flatMap(({ tools }) => tools.flatMap((tool) => tool.findings));
  const open = findings.filter(({ acknowledged }) => acknowledged === undefined);
  const [red, yellow] = [
    open.filter(({ level }) => level === "red").length,
    open.filter(({ level }) => level === "yellow").length,
  ];
  const violations = report.violations.filter(({ isMandatory }) => isMandatory).length;
  const breaking = changesOf(report).filter(({ level }) => level === "breaking").length;
  const lost = destructiveSteps(report).length;
  const fresh = report.workspaces.flatMap(({ newAcknowledgements }) => newAcknowledgements).length;
  const refusals = report.workspaces.flatMap(({ migration }) => migration?.refusals ?? []).length;
  const { replaced, deleted } = report.resources;
  return [
    ...some(red, (count) => counted(count, "red finding")),
    ...some(violations, (count) => counted(count, "violation")),
    ...some(refusals, (count) => `${counted(count, "refusal")} by the migration`),
    ...some(yellow, (count) => `${counted(count, "yellow finding")} to acknowledge`),
    ...some(fresh, (count) => counted(count, "new acknowledgement")),
    ...some(breaking, (count) => counted(count, "breaking change")),
    ...some(lost, (count) => counted(count, "destructive migration step")),
    ...some(replaced, (count) => `${counted(count, "resource")} replaced`),
    ...some(deleted, (count) => `${counted(count, "resource")} deleted`),
  ];
}

/** `demo/dev is blocked: 2 red findings, 1 resource replaced`. */
export function sentenceOf(report: PreviewReport): string {
  const facts = factsOf(report);
  return `${report.project}/${report.stack} ${outcomeWords[report.outcome]}: ${facts.length === 0 ? "nothing to review" : facts.join(", ")}`;
}

export function changesOf({ workspaces }: PreviewReport): readonly Change[] {
  return workspaces.flatMap(({ changes }) => changes ?? []);
}

export function destructiveSteps({ workspaces }: PreviewReport): readonly MigrationStep[] {
  return workspaces.flatMap(({ migration }) => (migration?.steps ?? []).filter(({ isDestructive }) => isDestructive));
}

export function destructiveResources({ resources }: PreviewReport): readonly ResourceChange[] {
  return resources.changes.filter(({ operation }) => operation === "replace" || operation === "delete");
}

/** Tools that a reviewer has something to see of. */
export function toolsToShow(tools: readonly ToolPreview[]): readonly ToolPreview[] {
  return tools.filter(({ change, findings }) => change !== "same" || findings.length > 0);
}

/** `yellow → red`, `new → green`. */
export function levelOf({ level, change }: ToolPreview): string {
  if (change === "added") return `new → ${level.after ?? "not judged"}`;
  if (change === "removed") return `${level.before ?? "not judged"} → removed`;
  return level.before === level.after
    ? (level.after ?? "not judged")
    : `${level.before ?? "not judged"} → ${level.after ?? "not judged"}`;
}

function some(count: number, say: (count: number) => string): readonly string[] {
  return count === 0 ? [] : [say(count)];
}
