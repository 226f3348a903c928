import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  checkExpression,
  columnName,
  compileExpression,
  compileToSql,
  type EvaluationContext,
  EvaluationError,
  entityScope,
  type JsonObject,
  type JsonValue,
  newFuel,
  parseDuration,
  type Scope,
  type SqlFragment,
  typeOfSchema,
} from "../../../specs/index.ts";
import { type Database, startDatabase } from "./database.ts";
import { randomBoolean, randomInput, randomRow } from "./random-expressions.ts";
import { entities, reservation } from "./reservation-fixture.ts";

const nullable = (type: string) => ({ type: [type, "null"] });
const scope: Scope = {
  names: {
    ...entityScope(reservation, entities).names,
    now: { kind: "instant", nullable: false },
    input: typeOfSchema({
      type: "object",
      required: ["n", "text", "day", "at", "money", "names", "numbers"],
      properties: {
        n: { type: "integer" },
        maybe: nullable("integer"),
        text: { type: "string" },
        note: nullable("string"),
        day: { type: "string", format: "date" },
        at: { type: "string", format: "date-time" },
        money: {
          type: "object",
          required: ["amount", "currency"],
          properties: { amount: { type: "integer" }, currency: { const: "EUR" } },
        },
        names: { type: "array", items: nullable("string") },
        numbers: { type: "array", items: { type: "integer" } },
      },
    }),
  },
};
const now = "2026-01-01T00:00:00.000Z";
const subject = { id: "11111111-1111-4111-8111-111111111111", subject: "a", level: null };

const columnTypes: Readonly<Record<string, string>> = {
  uuid: "uuid",
  integer: "bigint",
  decimal: "numeric",
  number: "double precision",
  money: "bigint",
  boolean: "boolean",
  date: "date",
  instant: "timestamptz(3)",
  duration: "bigint",
  json: "jsonb",
};

describe("an expression in the database", () => {
  let database: Database;

  beforeAll(async () => {
    database = await startDatabase();
    await database.client.query(`CREATE SCHEMA app; ${reservationTable()}
      CREATE TABLE app.customer (id uuid PRIMARY KEY, subject text NOT NULL, level bigint);
      INSERT INTO app.customer VALUES ('${subject.id}', '${subject.subject}', NULL);`);
  });
  afterAll(async () => {
    await database.stop();
  });

  async function inDatabase(source: string, row: JsonObject, context: EvaluationContext): Promise<unknown> {
    const fragment = compileToSql(source, { entity: reservation, entities, alias: "r", scope });
    await database.client.query("DELETE FROM app.reservation");
    await insert(database, row);
    const { text, values } = bound(fragment, context);
    const result = await database.client.query<{ value: unknown }>(
      `SELECT ${text} AS value FROM app.reservation AS r`,
      values,
    );
    return result.rows[0]?.value;
  }

  it("answers as its closure does, null included", async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(randomBoolean, randomRow, randomInput, async (source, row, input) => {
        const { problems } = checkExpression(source, scope);
        fc.pre(problems.length === 0);
        const context = { this: { ...row, version: 1, customer: subject }, input, now };
        const expected = attempt(() => compileExpression(source, scope)(context, newFuel()));
        fc.pre(expected !== undefined);
        expect(await inDatabase(source, row, context)).toBe(expected);
        compared += 1;
      }),
      { numRuns: 400, endOnFailure: true },
    );
    expect(compared).toBe(400);
  }, 120_000);

  it.each([
    ["boolean", 'status != "cancelled" && status in ["pending", "confirmed"]'],
    ["boolean", 'this.note != null && this.note.trim().startsWith("a") || string(this.nights) == "1"'],
    ["timestamptz", 'this.bookedAt - duration("1h30m") + this.grace'],
    ["bigint", 'this.bookedAt - timestamp("2026-01-01T00:00:00Z")'],
    ["date", 'date(this.bookedAt, "Europe/Berlin") + this.nights'],
    ["text", "string(this.startsOn) + string(this.id) + string(this.paid) + string(this.rate)"],
    ["bigint", "this.endsOn != null ? this.endsOn - this.startsOn : size(this.name)"],
    ["bigint", "max(this.total, this.total * 2)"],
  ])("can stand in a generated column, which takes IMMUTABLE functions only: %s %s", async (type, source) => {
    const { text, parameters } = compileToSql(source, {
      entity: reservation,
      entities,
      alias: "reservation",
      isDefinition: true,
    });
    const constants = parameters.map(({ evaluate }) => literal(evaluate({}, newFuel())));
    const definition = text.map((part, index) => `${part}${constants[index] ?? ""}`);
    await database.client.query("BEGIN");
    const add = `ALTER TABLE app.reservation ADD made ${type} GENERATED ALWAYS AS (${definition.join("")}) STORED`;
    await expect(database.client.query(add)).resolves.toBeDefined();
    await database.client.query("ROLLBACK");
  });

  it("orders text by code point, whatever the database's collation", async () => {
    expect(await inDatabase("this.name < 'B' || max(this.name, 'B') == 'B'", plainRow, {})).toBe(false);
  });

  it.each([
    ["input.maybe != null && this.nights > input.maybe", false],
    ["input.zero == 0 || this.nights > 1 / input.zero", true],
    ["this.nights == 0 || 6 / this.nights > 1", true],
    ["input.maybe == null ? this.paid : this.nights > input.maybe", true],
  ])("evaluates a guarded parameter only behind its guard: %s", async (source, expected) => {
    const wider: Scope = {
      names: {
        ...scope.names,
        input: typeOfSchema({
          type: "object",
          required: ["zero"],
          properties: { zero: { type: "integer" }, maybe: nullable("integer") },
        }),
      },
    };
    const fragment = compileToSql(source, { entity: reservation, entities, alias: "r", scope: wider });
    await database.client.query("DELETE FROM app.reservation");
    await insert(database, plainRow);
    const { text, values } = bound(fragment, { input: { zero: 0, maybe: null } });
    const result = await database.client.query<{ value: unknown }>(
      `SELECT ${text} AS value FROM app.reservation AS r`,
      values,
    );
    expect(result.rows[0]?.value).toBe(expected);
  });
});

const plainRow: JsonObject = {
  nights: 0,
  guests: null,
  rate: "1",
  discount: null,
  factor: 1,
  total: { amount: 1, currency: "EUR" },
  deposit: null,
  paid: true,
  startsOn: "2026-01-01",
  endsOn: null,
  bookedAt: now,
  seenAt: null,
  grace: "1s",
  source: "web",
  note: null,
  name: "a",
  extra: null,
  status: "pending",
};

function reservationTable(): string {
  const columns = reservation.fields.map((field) => {
    const type = columnTypes[field.type] ?? "text";
    return `"${columnName(field.name)}" ${type}${field.nullable ? "" : " NOT NULL"}`;
  });
  return `CREATE TABLE app.reservation (${columns.join(", ")}, status text NOT NULL, version bigint NOT NULL DEFAULT 1);`;
}

async function insert(database: Database, row: JsonObject): Promise<void> {
  const cells = [
    ["id", "22222222-2222-4222-8222-222222222222"] as const,
    ["customer_id", subject.id] as const,
    ...Object.entries(row).map(([name, value]) => [columnName(name), cell(name, value)] as const),
  ];
  const names = cells.map(([name]) => `"${name}"`).join(", ");
  const places = cells.map((_, index) => `$${String(index + 1)}`).join(", ");
  await database.client.query(
    `INSERT INTO app.reservation (${names}) VALUES (${places})`,
    cells.map(([, value]) => value),
  );
}

function cell(name: string, value: JsonValue): unknown {
  const type = reservation.fields.find((field) => field.name === name)?.type;
  if (value === null) return null;
  if (type === "money") return (value as JsonObject)["amount"];
  if (type === "duration") return parseDuration(typeof value === "string" ? value : "");
  return type === "json" ? JSON.stringify(value) : value;
}

function bound(
  fragment: SqlFragment,
  context: EvaluationContext,
): { readonly text: string; readonly values: unknown[] } {
  const fuel = newFuel();
  return {
    text: fragment.text.reduce((all, part, index) => `${all}$${String(index)}${part}`),
    values: fragment.parameters.map(({ evaluate }) => evaluate(context, fuel)),
  };
}

function literal(value: JsonValue): string {
  if (Array.isArray(value)) return `ARRAY[${(value as readonly JsonValue[]).map(literal).join(", ")}]`;
  return `'${typeof value === "string" ? value : JSON.stringify(value)}'`;
}

function attempt(evaluate: () => JsonValue): JsonValue | undefined {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}
