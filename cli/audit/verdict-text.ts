import type { AuditVerdict } from "@lintel/executor";

/** What a person reads: the problems first, then what was verified and what is left. Ends with a newline. */
export function verdictText(verdict: AuditVerdict): string {
  const lines = [...verdict.problems.map(({ message }) => `error: ${message}`)];
  const more = verdict.problemCount - verdict.problems.length;
  if (more > 0) lines.push(`error: and ${String(more)} more`);
  lines.push(summary(verdict), ...left(verdict));
  return `${lines.join("\n")}\n`;
}

function summary({ isIntact, seals, rows, refusals, head, sealedAt, problemCount }: AuditVerdict): string {
  if (seals === 0 && isIntact) return "nothing is sealed yet: the sweeper seals, and nothing shows that it has run";
  const scope = `${amount(seals, "seal")} over ${amount(rows, "row")} and ${amount(refusals, "count")} of refusals`;
  const said = isIntact ? `intact: ${scope}` : `tampered with: ${amount(problemCount, "problem")}; intact are ${scope}`;
  return head === null ? said : `${said}\nhead: ${head} (sealed ${sealedAt ?? ""})`;
}

function left({ unsigned, unsealed, oldestUnsealed, gaps }: AuditVerdict): readonly string[] {
  return [
    ...(unsigned === 0
      ? []
      : [`not signed: the first ${amount(unsigned, "seal")}, which anybody could have made anew`]),
    ...(unsealed === 0 ? [] : [`not sealed yet: ${amount(unsealed, "row")}, the oldest of ${oldestUnsealed ?? ""}`]),
    ...(gaps === 0 ? [] : [`ids that no row has, as rolled back calls leave them: ${String(gaps)}`]),
  ];
}

function amount(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? "" : "s"}`;
}
