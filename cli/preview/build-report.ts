import type { EngineRun, PolicyMessage } from "./engine-run.ts";
import { packName } from "./engine-run.ts";
import type { Outcome, PreviewReport, Violation } from "./preview-report.ts";
import type { JudgedWorkspace } from "./preview-workspace.ts";
import { resourceChanges } from "./resource-changes.ts";
import { resourceLabel } from "./resource-name.ts";
import { isRulePolicy, isUndecided, type PreviewVerdict, verdictOf } from "./verdict.ts";

export interface ReportContext {
  readonly project: string;
  readonly stack: string;
  readonly against: string;
  readonly plan?: string;
}

/** The report of one run; pure. */
export function buildReport(
  run: EngineRun,
  judged: readonly JudgedWorkspace[],
  { project, stack, against, plan }: ReportContext,
): PreviewReport {
  const risks = new Map(judged.flatMap((each) => [...each.risks]));
  const verdict = verdictOf(run, risks);
  const others = run.messages.filter(({ policy }) => !isRulePolicy(policy) && policy !== "acknowledged-findings");
  const unplaced = run.messages.filter((message) => isRulePolicy(message.policy) && !risks.has(message.urn));
  return {
    version: 1,
    project,
    stack,
    outcome: outcomeOf(verdict, judged),
    ...(verdict.outcome === "failed" ? { failure: verdict.failure } : {}),
    errors: run.errors,
    against,
    pack: run.packVersion === undefined ? null : { name: packName, version: run.packVersion },
    // Without a verdict, the levels that this command finds by itself would look like one.
    workspaces: verdict.outcome === "failed" ? [] : judged.map(({ preview }) => preview),
    violations: [...others.filter((message) => !isUndecided(message)), ...unplaced]
      .map(violationOf)
      .sort(mandatoryFirst),
    undecided: run.messages.filter(isUndecided).map(violationOf),
    resources: resourceChanges(run.resources),
    ...(plan === undefined || run.hasFailed ? {} : { plan }),
  };
}

/** A migration that would not begin fails the update, whatever the risk of the tools is. */
function outcomeOf({ outcome }: PreviewVerdict, judged: readonly JudgedWorkspace[]): Outcome {
  const isRefused = judged.some(({ preview }) => (preview.migration?.refusals.length ?? 0) > 0);
  return outcome !== "failed" && isRefused ? "red" : outcome;
}

function violationOf({ policy, urn, message, isMandatory }: PolicyMessage): Violation {
  return { policy, resource: resourceLabel(urn), message, isMandatory };
}

function mandatoryFirst(one: Violation, other: Violation): number {
  return Number(other.isMandatory) - Number(one.isMandatory);
}
