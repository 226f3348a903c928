import type { Acknowledgement, Slice } from "@lintel/specs";
import type { AnalysisOptions } from "../analysis-options.ts";
import type { Finding } from "../finding.ts";
import { rulesMetadata } from "../rules-metadata.ts";
import { type PlacedFinding, problemFinding } from "./problem-finding.ts";
import { redRuleNames } from "./red-rule-names.ts";
import { isExpired, reachesBeyond } from "./validity.ts";

/** An acknowledgement and its path in the source map. */
export interface PlacedAcknowledgement {
  readonly acknowledgement: Acknowledgement;
  readonly path: string;
}

interface Applied {
  readonly findings: readonly Finding[];
  readonly problems: readonly PlacedFinding[];
}

/** Accepts the Yellow findings that a valid acknowledgement names, and says what is wrong with the other acknowledgements. */
export function applyAcknowledgements(
  slice: Slice,
  findings: readonly Finding[],
  placed: readonly PlacedAcknowledgement[],
  now: Date | string,
  options: AnalysisOptions,
): Applied {
  const reds = redRuleNames(slice);
  const judged = placed.map((entry) => ({ ...entry, problems: problemsOf(entry, findings, reds, now, options) }));
  const valid = judged.filter(({ problems }) => problems.length === 0).map(({ acknowledgement }) => acknowledgement);
  return {
    findings: findings.map((finding) => {
      const accepted = finding.level === "yellow" ? valid.find((each) => names(each, finding)) : undefined;
      return accepted === undefined ? finding : { ...finding, acknowledged: accepted };
    }),
    problems: judged.flatMap(({ problems }) => problems),
  };
}

/** The same tool, rule and fingerprint, and the same node where it names one. */
function names({ tool, rule, node, fingerprint }: Acknowledgement, finding: Finding): boolean {
  const isSameNode = node === undefined || node === finding.node;
  return tool === finding.tool && rule === finding.rule && isSameNode && fingerprint === finding.fingerprint;
}

/** A misspelt rule matches nothing either. */
function whyUnusedRule(rule: string): string | undefined {
  return rule.startsWith("policy/") || rulesMetadata.some(({ id }) => id === rule)
    ? undefined
    : `there is no rule "${rule}"`;
}

/** Days, ten years: what reaches further has no date at all. */
const longestAge = 3653;

/** Nothing that a reviewer could see: white space, marks, and characters that are drawn as nothing or as an empty cell. */
function isBlank(text: string): boolean {
  return /^[\s\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]*$/u.test(text);
}

/** What is wrong with an acknowledgement of one of the findings; `detail` says why it matches none, where that is known. */
export function problemsOf(
  { acknowledgement, path }: PlacedAcknowledgement,
  findings: readonly Finding[],
  reds: ReadonlySet<string>,
  now: Date | string,
  { approvers, maximumAcknowledgementAge: age = longestAge }: AnalysisOptions,
  whyUnused?: string,
): readonly PlacedFinding[] {
  const problem = (id: Parameters<typeof problemFinding>[0], detail?: string): PlacedFinding => ({
    finding: problemFinding(id, acknowledgement, detail),
    path,
  });
  const named = findings.filter((finding) => names(acknowledgement, finding));
  if (reds.has(acknowledgement.rule) || named.some(({ level }) => level === "red"))
    return [problem("acknowledgement-of-red")];
  const isUnlisted = approvers !== undefined && !approvers.includes(acknowledgement.by);
  const days = Math.min(age, longestAge);
  const isTooLong = reachesBeyond(acknowledgement.expires, days, now);
  return [
    ...(isBlank(acknowledgement.reason) ? [problem("acknowledgement-without-reason")] : []),
    ...(isBlank(acknowledgement.by) ? [problem("acknowledgement-without-approver")] : []),
    ...(isExpired(acknowledgement.expires, now) ? [problem("acknowledgement-expired")] : []),
    ...(named.length === 0
      ? [problem("acknowledgement-unused", whyUnused ?? whyUnusedRule(acknowledgement.rule))]
      : []),
    ...(isUnlisted ? [problem("acknowledgement-by-unlisted-approver")] : []),
    ...(isTooLong ? [problem("acknowledgement-too-long", `${String(days)} days`)] : []),
  ];
}
