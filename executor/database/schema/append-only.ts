// What keeps the audit log as it is, how it is found out whether it still does, and what stands it up again.
import { literal } from "../identifier.ts";
import type { DdlStatement } from "./schema-model.ts";

const body =
  `BEGIN RAISE EXCEPTION '%.% is append-only: % is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP ` +
  `USING ERRCODE = 'insufficient_privilege'; END`;

export const refuseChange: DdlStatement = guard(
  `CREATE OR REPLACE FUNCTION "lintel"."refuse_change"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp ` +
    `AS ${literal(body)}`,
  "refuses changes of the audit log, also by its owner",
);

export const logTrigger: DdlStatement = appendOnly("audit_log", "the audit log only grows");
export const sealsTrigger: DdlStatement = appendOnly("audit_seals", "seals only grow");

const guarded = ["audit_log", "audit_seals"];

/** Also for a session that calls itself a replica. */
export const alwaysOn: readonly DdlStatement[] = guarded.map((name) =>
  guard(
    `ALTER TABLE "lintel"."${name}" ENABLE ALWAYS TRIGGER "append_only"`,
    `lintel.${name} only grows, whoever writes`,
  ),
);

/** Stands all of it up again, in one transaction. */
export const guardStatements: readonly DdlStatement[] = [refuseChange, logTrigger, sealsTrigger, ...alwaysOn];

/** Bits of `tgtype`: before (2) delete (8), update (16) or truncate (32), for the statement. */
const triggerType = 2 + 8 + 16 + 32;

/**
 * SQL: the tables of the audit log that stand and do not refuse everybody every change, as column `table`. Their owner may replace the
 * function and narrow the trigger, so that both are compared with what is stood up here.
 */
export const openTables: string =
  `SELECT "t"."name" AS "table" FROM unnest(ARRAY[${guarded.map(literal).join(", ")}]) AS "t" ("name") ` +
  `WHERE to_regclass(format('lintel.%I', "t"."name")) IS NOT NULL AND NOT EXISTS (` +
  `SELECT FROM pg_trigger AS "g" JOIN pg_proc AS "p" ON "p".oid = "g".tgfoid JOIN pg_language AS "l" ON "l".oid = "p".prolang ` +
  `WHERE "g".tgrelid = to_regclass(format('lintel.%I', "t"."name")) AND "g".tgname = 'append_only' ` +
  `AND "g".tgenabled = 'A' AND "g".tgtype = ${String(triggerType)} AND "g".tgqual IS NULL AND "g".tgattr::text = '' ` +
  `AND "p".oid = to_regprocedure('lintel.refuse_change()') AND "l".lanname = 'plpgsql' AND "p".prosrc = ${literal(body)} ` +
  `AND "p".proconfig = ARRAY['search_path=pg_catalog, pg_temp'])`;

function appendOnly(table: string, purpose: string): DdlStatement {
  return guard(
    `CREATE OR REPLACE TRIGGER "append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "lintel"."${table}" ` +
      `FOR EACH STATEMENT EXECUTE FUNCTION "lintel"."refuse_change"()`,
    purpose,
  );
}

function guard(sql: string, purpose: string): DdlStatement {
  return { sql, kind: "system", purpose, phase: "expand", lock: "none" };
}
