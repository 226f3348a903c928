// The tables of schema `lintel`; every statement may be repeated. A column that is added later gets its own ADD COLUMN IF NOT
// EXISTS line here, so that older databases follow.
import { createHash } from "node:crypto";
import { literal, quoted } from "../identifier.ts";
import { logTrigger, refuseChange } from "./append-only.ts";
import { auditSealStatements } from "./audit-seals.ts";
import type { DdlStatement } from "./schema-model.ts";

const schemas = ["app", "history", "lintel"].map((name) =>
  system(`CREATE SCHEMA IF NOT EXISTS ${quoted(name)}`, `schema ${name}`),
);

const auditKinds = `"kind" IN ('segment', 'execution', 'deployment', 'settlement')`;

const tables: Readonly<Record<string, readonly string[]>> = {
  audit_log: [
    `"id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY`,
    `"recorded_at" timestamptz(3) NOT NULL DEFAULT clock_timestamp()`,
    // `segment`: what one transaction changed, committed with it. `execution`: how a call ended. `settlement`: what became later of
    // external effects that the end of their call had left open.
    `"kind" text NOT NULL CHECK (${auditKinds})`,
    `"execution_id" uuid NOT NULL`,
    `"tool" text`,
    `"outcome" text NOT NULL`,
    `"status" integer`,
    `"error_code" text`,
    `"caller_subject" text`,
    `"caller_roles" text[] NOT NULL DEFAULT '{}'`,
    `"segment" text`,
    // Entity, row id, version, action and names of changed fields; never values of sensitive or personal fields.
    `"changes" jsonb NOT NULL DEFAULT '[]'`,
    `"details" jsonb NOT NULL DEFAULT '{}'`,
    `"bundle_digest" text NOT NULL`,
    `"started_at" timestamptz(3) NOT NULL`,
    `"duration_ms" double precision`,
  ],
  refusals: [
    `"minute" timestamptz(3) NOT NULL`,
    `"tool" text NOT NULL`,
    `"error_code" text NOT NULL`,
    `"count" bigint NOT NULL`,
    `PRIMARY KEY ("minute", "tool", "error_code")`,
  ],
  bundles: [
    `"digest" text PRIMARY KEY`,
    `"bundle" jsonb NOT NULL`,
    `"state" text NOT NULL CHECK ("state" IN ('stored', 'serving', 'retired'))`,
    `"stored_at" timestamptz(3) NOT NULL DEFAULT clock_timestamp()`,
    `"serving_since" timestamptz(3)`,
  ],
  migrations: [
    `"id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY`,
    `"digest" text NOT NULL REFERENCES "lintel"."bundles" ("digest")`,
    // The schema that stands once `remaining` has run.
    `"standing" jsonb NOT NULL`,
    `"statements" jsonb NOT NULL`,
    `"remaining" jsonb NOT NULL`,
    `"started_at" timestamptz(3) NOT NULL DEFAULT clock_timestamp()`,
    `"finished_at" timestamptz(3)`,
  ],
  effects: [
    `"execution_id" uuid NOT NULL`,
    `"node" text NOT NULL`,
    `"iteration" integer NOT NULL DEFAULT 0`,
    `"tool" text NOT NULL`,
    `"bundle_digest" text NOT NULL`,
    `"idempotency_key" text NOT NULL`,
    `"state" text NOT NULL CHECK ("state" IN ('started', 'succeeded', 'failed', 'unknown', 'compensated'))`,
    `"attempts" integer NOT NULL DEFAULT 0`,
    `"result" jsonb`,
    `"error_code" text`,
    `"started_at" timestamptz(3) NOT NULL DEFAULT clock_timestamp()`,
    `"finished_at" timestamptz(3)`,
    `PRIMARY KEY ("execution_id", "node", "iteration")`,
  ],
  // Executions that must not be lost (docs/decisions/0022-a-crash-is-a-pause.md), and their traces. What was said, read and answered is
  // sealed with the row's data key; without the key it is gone for good.
  executions: [
    `"id" uuid PRIMARY KEY`,
    `"tool" text NOT NULL`,
    `"bundle_digest" text NOT NULL`,
    `"state" text NOT NULL CHECK ("state" IN ('running', 'compensating', 'settling', 'parked', 'done'))`,
    `"reason" text`,
    `"owner" uuid NOT NULL`,
    `"attempt" integer NOT NULL DEFAULT 0`,
    // How often it was taken up since it last came further.
    `"stalled" integer NOT NULL DEFAULT 0`,
    // When another instance may take it up.
    `"lease_until" timestamptz(3) NOT NULL`,
    `"started_at" timestamptz(3) NOT NULL DEFAULT clock_timestamp()`,
    `"finished_at" timestamptz(3)`,
    `"expires_at" timestamptz(3)`,
    `"is_erased" boolean NOT NULL DEFAULT false`,
    `"data_key" bytea`,
    `"begun" bytea NOT NULL`,
    `"failure" bytea`,
    `"answer" bytea`,
  ],
  steps: [
    `"execution_id" uuid NOT NULL`,
    `"path" text NOT NULL`,
    `"outcome" bytea NOT NULL`,
    `PRIMARY KEY ("execution_id", "path")`,
  ],
  // Rows with personal fields that an execution has seen: an erasure shreds its trace. It leaves a line of nobody's execution (zeros), so
  // that what was seen before it and is written after it is shredded too.
  traced_rows: [
    `"entity" text NOT NULL`,
    `"row_id" text NOT NULL`,
    `"execution_id" uuid NOT NULL`,
    `PRIMARY KEY ("row_id", "entity", "execution_id")`,
  ],
  idempotency_keys: answered(`"caller" text NOT NULL`, `"key" text NOT NULL`),
  webhook_deliveries: answered(`"delivery_id" text NOT NULL`),
};

/** Answers kept for repeated calls: who holds the lease works on it, and `response` is what the first call was answered. */
function answered(...scope: readonly string[]): readonly string[] {
  const key = ["tool", ...scope.map((line) => line.split('"')[1] ?? "")].map(quoted).join(", ");
  return [
    `"tool" text NOT NULL`,
    ...scope,
    `"request_digest" text NOT NULL`,
    `"execution_id" uuid NOT NULL`,
    `"state" text NOT NULL CHECK ("state" IN ('running', 'done'))`,
    `"status" integer`,
    `"response" jsonb`,
    `"lease_until" timestamptz(3) NOT NULL`,
    `"expires_at" timestamptz(3) NOT NULL`,
    `PRIMARY KEY (${key})`,
  ];
}

const laterColumns: readonly DdlStatement[] = [
  system(
    `ALTER TABLE "lintel"."audit_log" DROP CONSTRAINT IF EXISTS "audit_log_kind_check", ` +
      `ADD CONSTRAINT "audit_log_kind_check" CHECK (${auditKinds}) NOT VALID`,
    "kinds of records that came later",
  ),
  system(
    `ALTER TABLE "lintel"."audit_log" VALIDATE CONSTRAINT "audit_log_kind_check"`,
    "kinds of records that came later",
  ),
  system(
    `ALTER TABLE "lintel"."migrations" ADD COLUMN IF NOT EXISTS "catalogue" jsonb`,
    "what the database held when the migration ended, to notice what others change",
  ),
];

const lookups: readonly DdlStatement[] = [
  system(
    `CREATE INDEX IF NOT EXISTS "executions_due_idx" ON "lintel"."executions" ("lease_until") ` +
      `WHERE "state" IN ('running', 'compensating', 'settling')`,
    "executions that another instance may take up",
  ),
  system(
    `CREATE INDEX IF NOT EXISTS "executions_expires_at_idx" ON "lintel"."executions" ("expires_at")`,
    "traces whose time is over",
  ),
  system(
    `CREATE INDEX IF NOT EXISTS "traced_rows_execution_id_idx" ON "lintel"."traced_rows" ("execution_id")`,
    "rows of a trace whose time is over",
  ),
  system(
    `CREATE INDEX IF NOT EXISTS "executions_parked_idx" ON "lintel"."executions" ("state") WHERE "state" = 'parked'`,
    "executions that wait for a person, which each sweep counts",
  ),
  // Rows end in about the order in which they came, so that a few pages tell where they lie.
  ...["idempotency_keys", "webhook_deliveries"].map((table) =>
    system(
      `CREATE INDEX IF NOT EXISTS "${table}_expires_at_idx" ON "lintel"."${table}" USING brin ("expires_at")`,
      `rows of lintel.${table} whose time is over`,
    ),
  ),
  system(
    `CREATE INDEX IF NOT EXISTS "effects_open_idx" ON "lintel"."effects" ("started_at") WHERE "state" IN ('started', 'unknown')`,
    "external effects of which nobody knows how they ended",
  ),
];

const appendOnly: readonly DdlStatement[] = [
  refuseChange,
  logTrigger,
  system(
    `CREATE INDEX IF NOT EXISTS "audit_log_execution_id_idx" ON "lintel"."audit_log" ("execution_id")`,
    "all records of one execution",
  ),
  system(
    `CREATE UNIQUE INDEX IF NOT EXISTS "audit_log_one_end_idx" ON "lintel"."audit_log" ("execution_id") WHERE "kind" = 'execution'`,
    "an execution ends once: of a change's record and its failure's only one can stand",
  ),
];

const statements: readonly DdlStatement[] = [
  ...schemas,
  ...Object.entries(tables).map(([name, lines]) =>
    system(
      `CREATE TABLE IF NOT EXISTS "lintel".${quoted(name)} (\n  ${lines.join(",\n  ")}\n)`,
      `table lintel.${name}`,
    ),
  ),
  ...laterColumns,
  ...lookups,
  ...appendOnly,
  ...auditSealStatements,
];

/** Digest of the statements below, kept as the comment on schema `lintel`: where it stands, none of them needs to run. */
export const systemMark = createHash("sha256").update(JSON.stringify(statements)).digest("hex");

/** Schemas and system tables, before any entity's table. */
export const systemStatements: readonly DdlStatement[] = [
  ...statements,
  system(`COMMENT ON SCHEMA "lintel" IS ${literal(systemMark)}`, "says which system tables stand"),
];

function system(sql: string, purpose: string): DdlStatement {
  return { sql, kind: "system", purpose, phase: "expand", lock: "none" };
}
