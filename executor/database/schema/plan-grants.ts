import { qualified, quoted } from "../identifier.ts";
import { sealedColumns } from "./audit-seals.ts";
import type { TableRights } from "./executor-rights.ts";
import type { DdlStatement } from "./schema-model.ts";

const recordedColumns = Object.keys(sealedColumns).filter((name) => name !== "id" && name !== "recorded_at");

/** Rights of the executor on system tables: what it records, it may insert; what it settles later, it may update; what expires, it may delete. */
const executorSystemRights: readonly string[] = [
  // Neither the id nor the time of a record is its writer's to say.
  `INSERT (${recordedColumns.map(quoted).join(", ")}) ON "lintel"."audit_log"`,
  `SELECT, INSERT ON "lintel"."audit_seals"`,
  `EXECUTE ON FUNCTION "lintel"."audit_to_seal"(bigint, timestamptz, integer)`,
  `SELECT ("digest", "bundle", "state") ON "lintel"."bundles"`,
  `SELECT, INSERT, DELETE, UPDATE ("state", "reason", "owner", "attempt", "stalled", "lease_until", "finished_at", "expires_at", "is_erased", ` +
    `"data_key", "failure", "answer") ON "lintel"."executions"`,
  `SELECT, INSERT, DELETE ON "lintel"."steps"`,
  `SELECT, INSERT, DELETE ON "lintel"."traced_rows"`,
  `SELECT, INSERT, UPDATE ("count") ON "lintel"."refusals"`,
  `SELECT, INSERT, UPDATE ("state", "attempts", "result", "error_code", "finished_at") ON "lintel"."effects"`,
  ...["idempotency_keys", "webhook_deliveries"].map((table) => {
    const settled = ["request_digest", "execution_id", "state", "status", "response", "lease_until", "expires_at"];
    return `SELECT, INSERT, DELETE, UPDATE (${settled.map(quoted).join(", ")}) ON "lintel".${quoted(table)}`;
  }),
];

/** Rights of the admin API: it reads what happened, never rows or answers. */
const adminSystemRights: readonly string[] = [
  `SELECT ON "lintel"."audit_log"`,
  `SELECT ON "lintel"."audit_seals"`,
  `SELECT ON "lintel"."refusals"`,
  `SELECT ("digest", "state", "stored_at", "serving_since") ON "lintel"."bundles"`,
  `SELECT ("id", "digest", "statements", "remaining", "started_at", "finished_at") ON "lintel"."migrations"`,
  `SELECT ("id", "tool", "bundle_digest", "state", "reason", "attempt", "lease_until", "started_at", "finished_at", "expires_at", "is_erased") ` +
    `ON "lintel"."executions"`,
  `SELECT ("execution_id", "node", "iteration", "tool", "bundle_digest", "state", "attempts", "error_code", "started_at", "finished_at") ON "lintel"."effects"`,
];

export interface Identities {
  /** Role names as PostgreSQL knows them, such as an IAM user's e-mail address. */
  readonly executorUser: string;
  readonly adminUser?: string | undefined;
}

/**
 * Takes every right back and grants what is needed; to be run in one transaction, so that nobody sees the gap. `former` are roles with
 * rights of an earlier time, which keep none.
 */
export function planGrants(
  rights: Readonly<Record<string, TableRights>>,
  identities: Identities,
  former: readonly string[] = [],
): readonly DdlStatement[] {
  const roles = [
    quoted(identities.executorUser),
    ...(identities.adminUser === undefined ? [] : [quoted(identities.adminUser)]),
  ];
  const [executor = "", admin] = roles;
  return [
    ...(former.length === 0 ? [] : retirements(former)),
    ...revocations(["PUBLIC", ...roles]),
    grant(`GRANT USAGE ON SCHEMA "app", "lintel" TO ${executor}`),
    ...Object.entries(rights).map(([table, right]) => grant(`GRANT ${tableRights(table, right)} TO ${executor}`)),
    ...executorSystemRights.map((right) => grant(`GRANT ${right} TO ${executor}`)),
    ...(admin === undefined
      ? []
      : [`USAGE ON SCHEMA "lintel"`, ...adminSystemRights].map((right) => grant(`GRANT ${right} TO ${admin}`))),
  ];
}

function revocations(roles: readonly string[]): readonly DdlStatement[] {
  const from = roles.join(", ");
  const schemas = `"app", "history", "lintel"`;
  return [
    grant(`REVOKE ALL ON ALL TABLES IN SCHEMA ${schemas} FROM ${from}`),
    grant(`REVOKE ALL ON ALL FUNCTIONS IN SCHEMA "lintel" FROM ${from}`),
    grant(`REVOKE ALL ON SCHEMA ${schemas} FROM ${from}`),
  ];
}

/** Also of what they passed on. */
function retirements(former: readonly string[]): readonly DdlStatement[] {
  const from = former.map(quoted).join(", ");
  const schemas = `"app", "history", "lintel"`;
  return [
    grant(`REVOKE ALL ON ALL TABLES IN SCHEMA ${schemas} FROM ${from} CASCADE`),
    grant(`REVOKE ALL ON ALL SEQUENCES IN SCHEMA ${schemas} FROM ${from} CASCADE`),
    // Functions elsewhere are an extension's, which may not be ours to say; without its schema nobody calls them.
    grant(`REVOKE ALL ON ALL ROUTINES IN SCHEMA "lintel" FROM ${from} CASCADE`),
    grant(`REVOKE ALL ON SCHEMA ${schemas} FROM ${from} CASCADE`),
  ];
}

function tableRights(table: string, { insert, update }: TableRights): string {
  const list = (columns: readonly string[]): string => columns.map(quoted).join(", ");
  const rights = [
    "SELECT",
    ...(insert.length === 0 ? [] : [`INSERT (${list(insert)})`]),
    ...(update.length === 0 ? [] : [`UPDATE (${list(update)})`]),
  ];
  return `${rights.join(", ")} ON ${qualified("app", table)}`;
}

function grant(sql: string): DdlStatement {
  return { sql, kind: "grant", purpose: "rights of the executor and the admin", phase: "expand", lock: "none" };
}
