import { randomUUID } from "node:crypto";
import { newFuel } from "@lintel/specs";
import type pg from "pg";
import type { BindContext, DatabaseClient, Statement } from "../../../executor/database/index.ts";

/** A connection as statements use it. */
export function asClient(client: pg.Client): DatabaseClient {
  return { query: (statement) => client.query(statement as unknown as pg.QueryArrayConfig) as never };
}

/** A context in which a call with this input binds. */
export function bindWith(input: object, more: Partial<BindContext> & { readonly nodes?: object } = {}): BindContext {
  const now = "2026-03-01T09:30:00.000Z";
  const { nodes = {}, ...rest } = more;
  return {
    context: { input, nodes, now, caller: { roles: [] }, workspace: { name: "hotel", values: {} } } as never,
    fuel: newFuel(),
    claims: {},
    now,
    newId: randomUUID,
    ...rest,
  };
}

/** The full SQL text, broken where a clause begins so that it can be read. */
export function textOf(statement: Statement | undefined): string {
  return (statement?.text ?? "").replaceAll(
    / (?=from "app"|where |order by|returning|left join|for (?:no key )?update|set )/gu,
    "\n",
  );
}
