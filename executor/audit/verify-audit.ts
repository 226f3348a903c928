// Reads the whole audit log once, in bounded memory, and says what was done to it since it was sealed.
import type { ClientBase } from "pg";
import { openTables } from "../database/schema/append-only.ts";
import { type AuditProblem, type AuditVerdict, type ProblemList, problemList } from "./audit-verdict.ts";
import { rowLedger } from "./row-ledger.ts";
import { type StoredSeal, verifyLink } from "./verify-chain.ts";
import { verifyRefusals, verifyRows } from "./verify-rows.ts";
import { type SignatureRules, signatureCheck } from "./verify-signatures.ts";

export interface VerifyOptions extends SignatureRules {
  /** Hex of a head that was noted outside the database; the chain must hold it. */
  readonly head?: string | undefined;
}

/** Verifies in one snapshot. The connection needs SELECT on the tables of schema lintel that the admin's identity has. */
export async function verifyAudit(client: ClientBase, options: VerifyOptions): Promise<AuditVerdict> {
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  try {
    return await verify(client, options);
  } finally {
    await client.query("ROLLBACK");
  }
}

async function verify(client: ClientBase, { head, ...rules }: VerifyOptions): Promise<AuditVerdict> {
  const problems = problemList();
  await verifyTriggers(client, problems);
  const rows = rowLedger(client, problems);
  const signatures = signatureCheck(rules, problems);
  let [seals, intact, refusals, isHeadMet] = [0, 0, 0, head === undefined];
  let previous: StoredSeal | undefined;
  for (;;) {
    const seal = await nextSeal(client, previous);
    if (seal === undefined) break;
    verifyLink(seal, previous, problems);
    signatures.verify(seal);
    intact += await verifyRows(client, seal, problems);
    refusals += await verifyRefusals(client, previous?.refused_until, seal, problems);
    await rows.cover(seal);
    isHeadMet ||= seal.hash.toString("hex") === head;
    seals += 1;
    previous = seal;
  }
  if (!isHeadMet) problems.add(missingHead(head ?? "", previous));
  const unsigned = signatures.end(previous);
  const { unsealed, oldestUnsealed } = await rows.rest();
  return {
    isIntact: problems.count() === 0,
    seals,
    rows: intact,
    refusals,
    head: previous?.hash.toString("hex") ?? null,
    unsigned,
    sealedAt: previous?.sealed_at.toISOString() ?? null,
    unsealed,
    oldestUnsealed,
    gaps: rows.gaps(),
    problems: problems.listed,
    problemCount: problems.count(),
  };
}

async function nextSeal(client: ClientBase, previous: StoredSeal | undefined): Promise<StoredSeal | undefined> {
  const { rows } = await client.query<StoredSeal>(
    `SELECT * FROM "lintel"."audit_seals" WHERE "number" > $1 ORDER BY "number" LIMIT 1`,
    [previous?.number ?? "0"],
  );
  return rows[0];
}

function missingHead(head: string, last: StoredSeal | undefined): AuditProblem {
  const end = last === undefined ? "there is no seal" : `the chain ends with seal ${last.number}`;
  const message = `no seal has the head ${head}; ${end}: seals were removed, or all were made anew`;
  return { type: "head-missing", message };
}

/** Whoever switched them off, or put something else in their place, could have changed what is not sealed yet. */
async function verifyTriggers(client: ClientBase, problems: ProblemList): Promise<void> {
  const { rows } = await client.query<{ table: string }>(openTables);
  for (const { table } of rows) {
    const message = `trigger append_only of lintel.${table} is gone, not always on, or not what refuses every change: rows can be changed; the next migration stands it up again`;
    problems.add({ type: "trigger-off", message });
  }
}
