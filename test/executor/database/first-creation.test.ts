import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isServing, migrate } from "../../../executor/database/index.ts";
import { bookRoom, bundleOf, customer, field, reservation, room } from "./hotel.ts";
import { roles, startPostgres, type TestServer } from "./start-postgres.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
});

const identities = { executorUser: roles.executor, adminUser: roles.admin } as const;
const deployment = { level: "green", acknowledgements: [] } as const;

describe("first creation", () => {
  test("makes the schema and lists the bundle as serving", async () => {
    const database = await server.createDatabase();
    const client = await database.connect("migrator");
    const bundle = bundleOf([bookRoom]);
    expect(await isServing(client, bundle.digest)).toBe(false);
    expect(await isServing(await database.connect("executor"), bundle.digest)).toBe(false);
    const report = await migrate({ client, bundle, deployment, ...identities });
    expect(report.statements.map(({ sql }) => sql).join(";\n\n")).toMatchInlineSnapshot(`
      "CREATE SCHEMA IF NOT EXISTS "lintel_extensions";

      CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA "lintel_extensions";

      CREATE TABLE "app"."customer" (
        "id" uuid NOT NULL,
        "subject" text NOT NULL,
        "name" text NOT NULL,
        "version" bigint DEFAULT '1'::bigint NOT NULL,
        "created_at" timestamptz(3) DEFAULT now() NOT NULL,
        "updated_at" timestamptz(3) DEFAULT now() NOT NULL,
        "deleted_at" timestamptz(3),
        PRIMARY KEY ("id"),
        CONSTRAINT "customer_subject_length" CHECK (char_length("subject") <= 200),
        CONSTRAINT "customer_name_length" CHECK (char_length("name") >= 1)
      );

      CREATE TABLE "history"."customer" (
        "history_id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        "id" uuid NOT NULL,
        "version" bigint NOT NULL,
        "operation" text NOT NULL,
        "row" jsonb NOT NULL,
        "superseded_at" timestamptz(3) NOT NULL DEFAULT clock_timestamp()
      );

      CREATE TABLE "app"."reservation" (
        "id" uuid NOT NULL,
        "customer_id" uuid NOT NULL,
        "room_id" uuid NOT NULL,
        "starts_on" date NOT NULL,
        "ends_on" date NOT NULL,
        "nights" bigint GENERATED ALWAYS AS (("reservation"."ends_on" - "reservation"."starts_on")::bigint) STORED NOT NULL,
        "guests" bigint DEFAULT '1'::bigint NOT NULL,
        "source" text DEFAULT 'web'::text NOT NULL,
        "note" text,
        "status" text DEFAULT 'pending'::text NOT NULL,
        "version" bigint DEFAULT '1'::bigint NOT NULL,
        "created_at" timestamptz(3) DEFAULT now() NOT NULL,
        "updated_at" timestamptz(3) DEFAULT now() NOT NULL,
        "deleted_at" timestamptz(3),
        PRIMARY KEY ("id"),
        CONSTRAINT "reservation_starts_on_range" CHECK ("starts_on" BETWEEN '0001-01-01'::date AND '9999-12-31'::date),
        CONSTRAINT "reservation_ends_on_range" CHECK ("ends_on" BETWEEN '0001-01-01'::date AND '9999-12-31'::date),
        CONSTRAINT "reservation_nights_range" CHECK ("nights" BETWEEN (-9007199254740991) AND 9007199254740991),
        CONSTRAINT "reservation_guests_range" CHECK ("guests" BETWEEN 1 AND 8),
        CONSTRAINT "reservation_source_values" CHECK ("source" IN ('web', 'phone')),
        CONSTRAINT "reservation_note_length" CHECK (char_length("note") <= 100),
        CONSTRAINT "reservation_status_values" CHECK ("status" IN ('pending', 'cancelled', 'completed', 'confirmed')),
        CONSTRAINT "reservation_ends-after-start" CHECK (("reservation"."ends_on" > "reservation"."starts_on")),
        CONSTRAINT "reservation_no-overlap_order" CHECK ("starts_on" <= "ends_on"),
        CONSTRAINT "reservation_no-overlap" EXCLUDE USING gist ("room_id" WITH =, daterange("starts_on", "ends_on", '[)') WITH &&) WHERE ((("reservation"."status" <> 'cancelled'::text)) AND "deleted_at" IS NULL)
      );

      CREATE TABLE "history"."reservation" (
        "history_id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        "id" uuid NOT NULL,
        "version" bigint NOT NULL,
        "operation" text NOT NULL,
        "row" jsonb NOT NULL,
        "superseded_at" timestamptz(3) NOT NULL DEFAULT clock_timestamp()
      );

      CREATE TABLE "app"."room" (
        "id" uuid NOT NULL,
        "number" text NOT NULL,
        "beds" bigint NOT NULL,
        "nightly_rate" bigint NOT NULL,
        "version" bigint DEFAULT '1'::bigint NOT NULL,
        "created_at" timestamptz(3) DEFAULT now() NOT NULL,
        "updated_at" timestamptz(3) DEFAULT now() NOT NULL,
        "deleted_at" timestamptz(3),
        PRIMARY KEY ("id"),
        CONSTRAINT "room_number_length" CHECK (char_length("number") <= 10),
        CONSTRAINT "room_beds_range" CHECK ("beds" BETWEEN 1 AND 8),
        CONSTRAINT "room_nightly_rate_range" CHECK ("nightly_rate" BETWEEN 0 AND 9007199254740991)
      );

      CREATE TABLE "history"."room" (
        "history_id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        "id" uuid NOT NULL,
        "version" bigint NOT NULL,
        "operation" text NOT NULL,
        "row" jsonb NOT NULL,
        "superseded_at" timestamptz(3) NOT NULL DEFAULT clock_timestamp()
      );

      ALTER TABLE "app"."reservation" ADD CONSTRAINT "reservation_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "app"."customer" ("id") ON DELETE RESTRICT;

      ALTER TABLE "app"."reservation" ADD CONSTRAINT "reservation_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "app"."room" ("id") ON DELETE RESTRICT;

      CREATE INDEX ON "history"."customer" ("id", "version");

      CREATE UNIQUE INDEX "customer_subject_key" ON "app"."customer" ("subject") WHERE "deleted_at" IS NULL;

      CREATE INDEX ON "history"."reservation" ("id", "version");

      CREATE INDEX "reservation_customer_id_idx" ON "app"."reservation" ("customer_id");

      CREATE INDEX "reservation_room_id_idx" ON "app"."reservation" ("room_id");

      CREATE INDEX "reservation_status_idx" ON "app"."reservation" ("status");

      CREATE INDEX "reservation_starts_on_idx" ON "app"."reservation" ("starts_on");

      CREATE INDEX ON "history"."room" ("id", "version");

      CREATE UNIQUE INDEX "room_number_key" ON "app"."room" ("number") WHERE "deleted_at" IS NULL;

      CREATE OR REPLACE FUNCTION "lintel"."customer_history"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'BEGIN INSERT INTO "history"."customer" ("id", "version", "operation", "row") VALUES (OLD."id", OLD."version", TG_OP, to_jsonb(OLD)); RETURN NULL; END';

      CREATE OR REPLACE TRIGGER "customer_history" AFTER UPDATE OR DELETE ON "app"."customer" FOR EACH ROW EXECUTE FUNCTION "lintel"."customer_history"();

      CREATE OR REPLACE FUNCTION "lintel"."reservation_history"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'BEGIN INSERT INTO "history"."reservation" ("id", "version", "operation", "row") VALUES (OLD."id", OLD."version", TG_OP, to_jsonb(OLD)); RETURN NULL; END';

      CREATE OR REPLACE TRIGGER "reservation_history" AFTER UPDATE OR DELETE ON "app"."reservation" FOR EACH ROW EXECUTE FUNCTION "lintel"."reservation_history"();

      CREATE OR REPLACE FUNCTION "lintel"."reservation_status_transition"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'BEGIN IF NOT ((OLD."status", NEW."status") IN ((''confirmed'', ''cancelled''), (''confirmed'', ''completed''), (''pending'', ''cancelled''), (''pending'', ''confirmed''))) THEN RAISE EXCEPTION USING MESSAGE = ''the status machine has no such transition'', ERRCODE = ''23514'', SCHEMA = ''app'', TABLE = ''reservation'', CONSTRAINT = ''reservation_status_transition''; END IF; RETURN NEW; END';

      CREATE OR REPLACE TRIGGER "reservation_status_transition" BEFORE UPDATE ON "app"."reservation" FOR EACH ROW WHEN (OLD."status" IS DISTINCT FROM NEW."status") EXECUTE FUNCTION "lintel"."reservation_status_transition"();

      CREATE OR REPLACE FUNCTION "lintel"."room_history"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'BEGIN INSERT INTO "history"."room" ("id", "version", "operation", "row") VALUES (OLD."id", OLD."version", TG_OP, to_jsonb(OLD)); RETURN NULL; END';

      CREATE OR REPLACE TRIGGER "room_history" AFTER UPDATE OR DELETE ON "app"."room" FOR EACH ROW EXECUTE FUNCTION "lintel"."room_history"()"
    `);
    expect(await isServing(await database.connect("executor"), bundle.digest)).toBe(true);
  });

  test("names the role that is missing, and leaves nothing behind", async () => {
    const client = await (await server.createDatabase()).connect("migrator");
    const migration = migrate({ client, bundle: bundleOf([bookRoom]), deployment, executorUser: "nobody@project.iam" });
    await expect(migration).rejects.toMatchObject({
      code: "failed",
      message: 'rights of the executor and the admin: role "nobody@project.iam" does not exist',
    });
    expect((await client.query("SELECT 1 FROM pg_namespace WHERE nspname = 'lintel'")).rows).toEqual([]);
  });

  test("refuses, before anything is locked, what the database cannot hold", async () => {
    const client = await (await server.createDatabase()).connect("migrator");
    const late = { ...room, fields: [...room.fields, field("late", "boolean", { computed: "this.number > now" })] };
    const bundle = bundleOf([bookRoom], [customer, reservation, late]);
    await expect(migrate({ client, bundle, deployment, ...identities })).rejects.toThrow("field Room.late");
  });
});
