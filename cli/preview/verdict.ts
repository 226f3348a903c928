// Decision: no verdict without proof that the pack judged every tool by every rule; a failure of the engine is called one.
import { type RuleMetadata, rulesMetadata, type ToolRisk } from "@lintel/policypack/risk";
import { exitCodes } from "../exit-codes.ts";
import type { EngineRun, PolicyMessage } from "./engine-run.ts";
import type { Outcome } from "./preview-report.ts";
import { resourceLabel, resourceName } from "./resource-name.ts";

export type PreviewVerdict =
  | { readonly outcome: Exclude<Outcome, "failed"> }
  | { readonly outcome: "failed"; readonly failure: string };

const levels: ReadonlyMap<string, RuleMetadata["level"]> = new Map([
  ...rulesMetadata.map(({ id, level }) => [id, level] as const),
  ["workspace-policy-red", "red"],
  ["workspace-policy-yellow", "yellow"],
]);

/** Whether a policy of the pack stands for a rule of the risk engine. */
export function isRulePolicy(policy: string): boolean {
  return levels.has(policy);
}

/** What the pack said that it could not decide before the update. */
export function isUndecided({ message }: PolicyMessage): boolean {
  return message.startsWith("can't run policy ");
}

/** The verdict of a run; `risks` are our own verdicts on the same tools, by URN. */
export function verdictOf(run: EngineRun, risks: ReadonlyMap<string, ToolRisk>): PreviewVerdict {
  if (run.packVersion === undefined) {
    return failed(run.errors[0] ?? "the engine ended before the policy pack ran");
  }
  const gap = gapIn(run, risks);
  if (gap !== undefined) return failed(gap);
  const blocking = run.messages.filter((message) => blocks(message));
  if (blocking.some((message) => isRed(message, risks))) return { outcome: "red" };
  // Beside a Yellow verdict or none an error may hide what was never registered.
  const error = run.errors.find((text) => !isRefusal(text));
  if (error !== undefined) return failed(error);
  if (run.hasFailed && blocking.length === 0) return failed(run.errors[0] ?? "the engine failed without saying why");
  return { outcome: blocking.length > 0 ? "yellow" : "green" };
}

export function exitCodeOf({ outcome }: { readonly outcome: Outcome }): number {
  return { green: exitCodes.green, yellow: exitCodes.yellow, red: exitCodes.red, failed: exitCodes.engine }[outcome];
}

function failed(failure: string): PreviewVerdict {
  return { outcome: "failed", failure };
}

/** A finding blocks whatever level a configuration gave its policy. */
function blocks(message: PolicyMessage): boolean {
  return !isUndecided(message) && (message.isMandatory || isRulePolicy(message.policy));
}

/** Yellow is what an acknowledgement could accept: an unaccepted finding of a Yellow rule that the organization has not raised. */
function isRed({ policy, urn }: PolicyMessage, risks: ReadonlyMap<string, ToolRisk>): boolean {
  if (levels.get(policy) !== "yellow") return true;
  const findings = (risks.get(urn)?.findings ?? []).filter(({ rule }) => rule === policy);
  return findings.length > 0 && findings.every(({ acknowledged }) => acknowledged !== undefined);
}

/** Why the run proves nothing, if so. */
function gapIn({ judged, messages }: EngineRun, risks: ReadonlyMap<string, ToolRisk>): string | undefined {
  for (const [urn, { findings }] of risks) {
    const tool = resourceName(urn);
    const missing = [...levels.keys()].find((policy) => judged.get(urn)?.has(policy) !== true);
    if (missing !== undefined) {
      return `the pack did not judge ${tool} by "${missing}": it is switched off by configuration, or the pack is of another version`;
    }
    const said = new Set(messages.filter((message) => message.urn === urn).map(({ policy }) => policy));
    const unsaid = findings.find(
      ({ rule, acknowledged }) => acknowledged === undefined && !said.has(policyOf(rule, findings)),
    );
    if (unsaid !== undefined) {
      return `the pack did not report ${unsaid.rule} of ${resourceLabel(urn)}, which this command found: they are of different versions`;
    }
  }
  return undefined;
}

function policyOf(rule: string, findings: ToolRisk["findings"]): string {
  if (!rule.startsWith("policy/")) return rule;
  return `workspace-policy-${findings.find((finding) => finding.rule === rule)?.level ?? "red"}`;
}

/** The component's own refusal repeats what the pack reports. */
function isRefusal(error: string): boolean {
  return /^workspace ".*" is not deployed: /.test(error);
}
