import type { JsonObject } from "@lintel/specs";
import {
  type BindContext,
  type DatabaseClient,
  type ReadStatement,
  type RowChange,
  type Statement,
  StatementError,
  type StatementResult,
  type WriteOutcome,
  type WriteStatement,
} from "../statement.ts";
import { bindLast, bindStatement } from "./bind-statement.ts";
import { cursorOf, readCursor } from "./page-cursor.ts";

/** Runs a read; the rows in their order. @throws what binding or the driver throws. */
export async function readRows(
  client: DatabaseClient,
  read: ReadStatement,
  bind: BindContext,
): Promise<readonly JsonObject[]> {
  const { rows } = await client.query(bindStatement(inChosenOrder(read, bind), bind));
  return rows.map((columns) => read.decode(columns));
}

/** Runs a read that answers a page. @throws what binding or the driver throws; StatementError for a cursor of another list */
export async function readPage(client: DatabaseClient, read: ReadStatement, bind: BindContext): Promise<JsonObject> {
  const { page } = read;
  if (page === undefined) throw new StatementError("unsupported", "the read has no pages");
  const [order, cursor, size] = [read.ordered?.by(bind) ?? "", page.after(bind), page.size(bind)];
  const paged = typeof order === "string" && Object.hasOwn(page.orders, order) ? page.orders[order] : undefined;
  if (typeof order !== "string" || paged === undefined) throw unknownOrder();
  const statement =
    cursor === null
      ? bindStatement(inChosenOrder(read, bind), bind)
      : bindStatement(paged.resume, { ...bind, cursor: readCursor(cursor, order, paged.fields) });
  const { rows } = await client.query(statement);
  const items = rows.slice(0, size).map((columns) => read.decode(columns));
  const last = rows.length > size ? items.at(-1) : undefined;
  return { items, next: last === undefined ? null : cursorOf(last, order, paged.fields) };
}

function inChosenOrder({ statement, ordered }: ReadStatement, bind: BindContext): Statement {
  const order = ordered?.by(bind) ?? null;
  if (ordered === undefined || order === null) return statement;
  const chosen =
    typeof order === "string" && Object.hasOwn(ordered.statements, order) ? ordered.statements[order] : undefined;
  if (chosen !== undefined) return chosen;
  throw unknownOrder();
}

function unknownOrder(): StatementError {
  return new StatementError("value-mismatch", "an order was asked for that the tool does not allow");
}

/** Runs a write and says what it did; anything but `written` asks for a rollback. @throws what binding or the driver throws. */
export async function writeRows(
  client: DatabaseClient,
  write: WriteStatement,
  bind: BindContext,
): Promise<WriteOutcome> {
  if (write.lock === undefined) return create(client, write, bind);
  return write.isByKey ? changeByKey(client, write, write.lock, bind) : changeMany(client, write, write.lock, bind);
}

async function create(
  client: DatabaseClient,
  { apply, decode }: WriteStatement,
  bind: BindContext,
): Promise<WriteOutcome> {
  const { rows } = await client.query(bindStatement(apply, bind));
  if (rows.length === 0) return { type: "not-owned" };
  return { type: "written", rows: rows.map((columns) => ({ after: decode(columns) })) };
}

async function changeByKey(
  client: DatabaseClient,
  write: WriteStatement,
  lock: Statement,
  bind: BindContext,
): Promise<WriteOutcome> {
  // Both are bound before either goes out: a value that does not fit must leave no query behind that nobody waits for.
  const statements = [bindStatement(lock, bind), bindStatement(write.apply, bind)] as const;
  const [locked, applied] = await both(client.query(statements[0]), client.query(statements[1]));
  const [old] = locked.rows.map((columns) => write.decode(columns));
  if (old === undefined) return { type: "not-found" };
  const obstacle = wrongState(write, old) ?? otherVersion(write, old, bind);
  if (obstacle !== undefined) return obstacle;
  const [after] = applied.rows.map((columns) => write.decode(columns));
  return after === undefined ? { type: "not-owned" } : { type: "written", rows: [{ before: old, after }] };
}

async function changeMany(
  client: DatabaseClient,
  write: WriteStatement,
  lock: Statement,
  bind: BindContext,
): Promise<WriteOutcome> {
  const locked = (await client.query(bindStatement(lock, bind))).rows.map((columns) => write.decode(columns));
  if (write.limit !== undefined && locked.length > write.limit) return { type: "too-many-rows", limit: write.limit };
  if (locked.length === 0) return { type: "written", rows: [] };
  const before = new Map(locked.map((row) => [textAt(row, "id"), row]));
  const { rows } = await client.query(bindLast(write.apply, bind, [...before.keys()]));
  const changes = rows.map((columns): RowChange => {
    const after = write.decode(columns);
    const old = before.get(textAt(after, "id"));
    return old === undefined ? { after } : { before: old, after };
  });
  return { type: "written", rows: changes };
}

/** Both statements go out before the first answer; whichever fails first is the error. */
async function both(
  first: Promise<StatementResult>,
  second: Promise<StatementResult>,
): Promise<readonly [StatementResult, StatementResult]> {
  const [one, two] = await Promise.allSettled([first, second]);
  if (one.status === "rejected") throw one.reason;
  if (two.status === "rejected") throw two.reason;
  return [one.value, two.value];
}

function wrongState({ from, statusField }: WriteStatement, old: JsonObject): WriteOutcome | undefined {
  if (from === undefined || statusField === undefined) return undefined;
  const state = textAt(old, statusField);
  return from.includes(state) ? undefined : { type: "wrong-state", state, from };
}

function otherVersion(write: WriteStatement, old: JsonObject, bind: BindContext): WriteOutcome | undefined {
  const actual = Number(old["version"]);
  const expected = write.version?.(bind) ?? bind.seenVersion?.(write.entity, textAt(old, "id"));
  if (expected === undefined || expected === actual) return undefined;
  return { type: "version-conflict", expected, actual };
}

function textAt(row: JsonObject, name: string): string {
  const value = row[name];
  return typeof value === "string" ? value : "";
}
