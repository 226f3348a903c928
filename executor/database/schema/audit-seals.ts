// Seals of the audit log (docs/decisions/0021-audit-seals.md): which rows each covers stands in it, because ids commit out of order.
import { alwaysOn, sealsTrigger } from "./append-only.ts";
import type { DdlStatement } from "./schema-model.ts";

/** Every column of `lintel.audit_log` as text that depends on no setting of the session, in the order that is sealed. */
export const sealedColumns: Readonly<Record<string, string>> = {
  id: `"id"::text`,
  recorded_at: `encode(timestamptz_send("recorded_at"), 'hex')`,
  kind: `"kind"`,
  execution_id: `"execution_id"::text`,
  tool: `"tool"`,
  outcome: `"outcome"`,
  status: `"status"::text`,
  error_code: `"error_code"`,
  caller_subject: `"caller_subject"`,
  caller_roles: `to_jsonb("caller_roles")`,
  segment: `"segment"`,
  changes: `"changes"`,
  details: `"details"`,
  bundle_digest: `"bundle_digest"`,
  started_at: `encode(timestamptz_send("started_at"), 'hex')`,
  duration_ms: `encode(float8send("duration_ms"), 'hex')`,
};

/** SQL: one row of `lintel.audit_log` as the text whose sha256 is sealed. jsonb prints equal values alike. */
export const canonicalEntry = `jsonb_build_array(${Object.values(sealedColumns).join(", ")})::text`;

/** SQL: one row of `lintel.refusals`, and the order of its rows whatever the database's collation is. */
export const canonicalRefusal = `jsonb_build_array(encode(timestamptz_send("minute"), 'hex'), "tool", "error_code", "count"::text)::text`;
export const refusalOrder = `"minute", "tool" COLLATE "C", "error_code" COLLATE "C"`;

/** Rows of one seal at most: what a verifier holds in memory. */
const mostSealedRows = 10_000;

const table = `CREATE TABLE IF NOT EXISTS "lintel"."audit_seals" (
  "number" bigint PRIMARY KEY CHECK ("number" > 0),
  "encoding" integer NOT NULL DEFAULT 1,
  "sealed_at" timestamptz(3) NOT NULL,
  "previous_hash" bytea NOT NULL UNIQUE,
  "hash" bytea NOT NULL,
  "ids" bigint[] NOT NULL CHECK (cardinality("ids") <= ${String(mostSealedRows)}),
  "digests" bytea NOT NULL CHECK (octet_length("digests") = 32 * cardinality("ids")),
  "last_id" bigint NOT NULL,
  "floor_id" bigint NOT NULL,
  "seen_id" bigint NOT NULL,
  "writers" text[] NOT NULL,
  "refused_until" timestamptz(3) NOT NULL,
  "refusal_count" bigint NOT NULL,
  "refusals_digest" bytea NOT NULL,
  "key_id" text,
  "signature" bytea
)`;

/** SQL: transactions that have written to the audit log and not ended; they hold their lock since before they drew an id. */
export const auditWriters =
  `SELECT "virtualtransaction" FROM pg_locks WHERE "locktype" = 'relation' AND "mode" <> 'AccessShareLock' ` +
  `AND "relation" = '"lintel"."audit_log"'::regclass AND "pid" IS DISTINCT FROM pg_backend_pid() ` +
  `AND "database" = (SELECT "oid" FROM pg_database WHERE "datname" = current_database())`;

/** The executor may not read the audit log; by this it learns ids and digests, and nothing else. */
const unsealed =
  `CREATE OR REPLACE FUNCTION "lintel"."audit_to_seal"("floor" bigint, "refused_from" timestamptz, "most" integer) ` +
  `RETURNS TABLE ("ids" bigint[], "digests" bytea, "seen_id" bigint, "writers" text[], "sealed_at" timestamptz, ` +
  `"refused_until" timestamptz, "refusal_count" bigint, "refusals_digest" bytea) ` +
  `LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $lintel$
  WITH "sealed" AS MATERIALIZED (
    SELECT unnest("s"."ids") AS "id" FROM "lintel"."audit_seals" AS "s" WHERE "s"."last_id" >= $1
  ), "near" AS MATERIALIZED (
    SELECT * FROM "lintel"."audit_log" AS "a" WHERE "a"."id" >= $1 ORDER BY "a"."id" LIMIT $3 + (SELECT count(*) FROM "sealed")
  ), "fresh" AS MATERIALIZED (
    SELECT "id", sha256(convert_to(${canonicalEntry}, 'UTF8')) AS "digest"
    FROM (SELECT "n".* FROM "near" AS "n" LEFT JOIN "sealed" AS "s" ON "s"."id" = "n"."id" WHERE "s"."id" IS NULL ORDER BY "n"."id" LIMIT $3) AS "f"
  ), "until" AS (
    SELECT greatest($2, date_trunc('minute', clock_timestamp()) - interval '10 minutes') AS "minute"
  ), "refused" AS (
    SELECT count(*) AS "count", string_agg(${canonicalRefusal}, E'\\n' ORDER BY ${refusalOrder}) AS "text"
    FROM "lintel"."refusals" WHERE "minute" >= $2 AND "minute" < (SELECT "u"."minute" FROM "until" AS "u")
  )
  SELECT coalesce((SELECT array_agg("f"."id" ORDER BY "f"."id") FROM "fresh" AS "f"), '{}'),
    coalesce((SELECT string_agg("f"."digest", ''::bytea ORDER BY "f"."id") FROM "fresh" AS "f"), ''::bytea),
    coalesce((SELECT max("a"."id") FROM "lintel"."audit_log" AS "a"), 0),
    ARRAY(${auditWriters}),
    date_trunc('milliseconds', clock_timestamp()), "u"."minute", "r"."count", sha256(convert_to(coalesce("r"."text", ''), 'UTF8'))
  FROM "refused" AS "r", "until" AS "u"
$lintel$`;

/** The table, what fills it and what keeps it as it is; after the audit log and its trigger's function. */
export const auditSealStatements: readonly DdlStatement[] = [
  seal(table, "table lintel.audit_seals"),
  seal(
    `CREATE INDEX IF NOT EXISTS "audit_seals_last_id_idx" ON "lintel"."audit_seals" ("last_id")`,
    "seals of recent rows",
  ),
  seal(unsealed, "digests of what is not sealed yet, for an executor that may not read it"),
  sealsTrigger,
  ...alwaysOn,
];

function seal(sql: string, purpose: string): DdlStatement {
  return { sql, kind: "system", purpose, phase: "expand", lock: "none" };
}
