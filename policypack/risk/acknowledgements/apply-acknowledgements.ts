import type { Acknowledgement, Slice } from "@lintel/specs";
import type { AnalysisOptions } from "../analysis-options.ts";
import type { Finding } from "../finding.ts";
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

/** Days, ten years: what reaches further has no date at all. */
const longestAge = 3653;

/** Nothing that a reviewer could see: white space, control and format characters alone. */
function isBlank(text: string): boolean {
  return /^[\s\p{Cc}\p{Cf}]*$/u.test(text);
}

function problemsOf(
  { acknowledgement, path }: PlacedAcknowledgement,
  findings: readonly Finding[],
  reds: ReadonlySet<string>,
  now: Date | string,
  { approvers, maximumAcknowledgementAge: age = longestAge }: AnalysisOptions,
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
    ...(named.length === 0 ? [problem("acknowledgement-unused")] : []),
    ...(isUnlisted ? [problem("acknowledgement-by-unlisted-approver")] : []),
    ...(isTooLong ? [problem("acknowledgement-too-long", `${String(days)} days`)] : []),
  ];
}
