// Decision: raw SQL runs behind a cursor in a READ ONLY subtransaction, as a role that can only select, with nothing on its search path
// but PostgreSQL's own functions and the entities' tables: what the risk engine has proven by names holds for what the names mean.
import type { JsonObject, JsonValue } from "@lintel/specs";
import type { PoolClient, QueryArrayResult } from "pg";
import { ownReader } from "../schema/reader-role.ts";
import { StatementError } from "../statement.ts";
import { decodeValue } from "./decode-value.ts";

export interface RawRead {
  /** One statement, proven to read only, with `$1`, `$2` … for parameters. */
  readonly statement: string;
  readonly parameters: readonly JsonValue[];
  /** Rows at most; more is an error. */
  readonly limit: number;
  /** Milliseconds. */
  readonly timeout: number;
}

/**
 * Runs it inside the open transaction, and leaves the transaction as it was.
 * @throws StatementError too-many-rows, value-mismatch; what the driver throws
 */
export async function runRawRead(client: PoolClient, raw: RawRead): Promise<readonly JsonObject[]> {
  const values = raw.parameters.map(bindValue);
  const timeout = String(Math.max(1, Math.floor(raw.timeout)));
  const fetched = await inOneTrip([
    client.query("SAVEPOINT lintel_raw"),
    client.query("SET LOCAL transaction_read_only = on"),
    client.query(`SET LOCAL statement_timeout = ${timeout}`),
    client.query("SET LOCAL search_path = pg_catalog, app, pg_temp"),
    client.query(`SELECT set_config('role', ${ownReader}, true)`),
    client.query({ text: `DECLARE lintel_raw NO SCROLL CURSOR FOR ${raw.statement}`, values }),
    client.query<(string | null)[]>({
      text: `FETCH ${String(raw.limit + 1)} FROM lintel_raw`,
      rowMode: "array",
      types: asText,
    }),
    client.query("ROLLBACK TO SAVEPOINT lintel_raw"),
    client.query("RELEASE SAVEPOINT lintel_raw"),
  ]);
  if (fetched.rows.length > raw.limit) {
    throw new StatementError("too-many-rows", `the SQL answers more than ${String(raw.limit)} rows`);
  }
  return fetched.rows.map((columns) => decodeRow(fetched, columns));
}

const asText = { getTypeParser: () => (text: string) => text };

type Fetched = QueryArrayResult<(string | null)[]>;

/** All went out before the first answer; the first failure is the error, and the way back was sent behind it. */
async function inOneTrip(sent: readonly Promise<unknown>[]): Promise<Fetched> {
  const results = await Promise.allSettled(sent);
  const failure = results.find((result) => result.status === "rejected");
  if (failure !== undefined) throw failure.reason;
  const fetched = results.at(-3);
  if (fetched?.status !== "fulfilled") throw new Error("the rows were not fetched");
  return fetched.value as Fetched;
}

/** As PostgreSQL's text input; the statement says of what type it is. */
function bindValue(value: JsonValue): string | null | readonly (string | null)[] {
  if (value === null || typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (!Array.isArray(value)) return JSON.stringify(value);
  return (value as readonly JsonValue[]).map((item) => {
    const bound = bindValue(item);
    if (bound === null || typeof bound === "string") return bound;
    throw new StatementError("value-mismatch", "a list in a list cannot be a parameter of SQL");
  });
}

/** By the columns' names; of two columns of one name the last one stays. */
function decodeRow({ fields }: Fetched, columns: readonly (string | null)[]): JsonObject {
  return Object.fromEntries(
    fields.map(({ name, dataTypeID }, index) => [name, decode(dataTypeID, columns[index] ?? null)]),
  );
}

/** Types by PostgreSQL's numbers of them (pg_type.dat); the others, arrays too, are the text that PostgreSQL writes. */
const types = new Map([
  [16, "boolean"],
  [20, "integer"],
  [21, "integer"],
  [23, "integer"],
  [114, "json"],
  [700, "number"],
  [701, "number"],
  [1184, "instant"],
  [1700, "decimal"],
  [3802, "json"],
] as const);

function decode(type: number, text: string | null): JsonValue {
  return decodeValue({ type: types.get(type as 16) ?? "string" }, text);
}
