import { allNodes, canRunInSql, type Entity, type JsonObject, type Slice } from "@lintel/specs";
import { columnsOf, entityNamed } from "../columns.ts";
import { clearedBy } from "../schema/deletion-trigger.ts";
import { isVersionLocal } from "../schema/row-local.ts";
import { type InvariantChecks, type RowChange, StatementError } from "../statement.ts";
import { compileDependents } from "./compile-dependents.ts";
import { encodeValue } from "./encode-value.ts";
import { expressionSql } from "./expression-sql.ts";
import { columnRef, commaList, placeholder, sql, type ToStatement, table } from "./raw-sql.ts";

/**
 * How the invariants of each entity that a tool writes are checked, by entity name; also of those in whose rows its deletions
 * clear a reference, which are among the workspace's entities.
 */
export function compileInvariants(
  slice: Slice,
  entities: readonly Entity[],
  toStatement: ToStatement,
): Readonly<Record<string, InvariantChecks>> {
  const writes = allNodes(slice.tool.flow).flatMap((node) => (node.type === "write" ? [node] : []));
  const deleted = writes.flatMap(({ action, entity }) => (action === "softDelete" ? [entity] : []));
  const written = new Set([...writes.map(({ entity }) => entity), ...clearedBy(deleted, entities)]);
  const entries = [...written].sort().map((name) => {
    const dependents = compileDependents(name, entities, toStatement);
    return [name, { ...checksOf(entityNamed(entities, name), entities, toStatement), dependents }] as const;
  });
  return Object.fromEntries(entries);
}

function checksOf(
  entity: Entity,
  entities: readonly Entity[],
  toStatement: ToStatement,
): Omit<InvariantChecks, "dependents"> {
  const place = { entity, entities, alias: "t", oldAlias: "old" };
  const related = entity.invariants.filter(({ expr }) => !isVersionLocal(entity, expr) && canRunInSql(expr, place));
  const names = related.map(({ name }) => name);
  const local = entity.invariants.map(({ name }) => name).filter((name) => !names.includes(name));
  if (related.length === 0) return { local, related: [] };
  const columns = commaList([columnRef("t", "id"), ...related.map(({ expr }) => expressionSql(expr, place))]);
  const own = table("app", entity.table);
  const ids = placeholder({ bind: idsMissing }, "uuid[]");
  const isLive = sql`"t"."deleted_at" is null`;
  if (related.every(({ expr }) => canRunInSql(expr, { entity, entities, alias: "t" }))) {
    const text = sql`select ${columns} from ${own} as "t" where ${isLive} and "t"."id" = any(${ids})`;
    return {
      local,
      related: names,
      statement: toStatement(text),
      bindRows: (rows) => rows.map(({ after }) => idOf(after)),
    };
  }
  const given = placeholder({ bind: idsMissing }, "jsonb");
  const old = sql`jsonb_populate_record(null::${own}, "touched"."old")`;
  const text = sql`select ${columns} from jsonb_to_recordset(${given}) as "touched" ("id" uuid, "old" jsonb) join ${own} as "t" on "t"."id" = "touched"."id" left join lateral ${old} as "old" on "touched"."old" is not null where ${isLive}`;
  const bindRows = (rows: readonly RowChange[]): string =>
    JSON.stringify(rows.map(({ before, after }) => ({ id: idOf(after), old: oldColumns(entity, before) })));
  return { local, related: names, statement: toStatement(text), bindRows };
}

/** A row as the text of its columns by name; jsonb takes what is JSON as it is. */
function oldColumns(entity: Entity, row: JsonObject | undefined): JsonObject | null {
  if (row === undefined) return null;
  const entries = columnsOf(entity).map(({ name, column, field }) => {
    const value = row[name] ?? null;
    return [column, field.type === "json" ? value : encodeValue(field, value)] as const;
  });
  return Object.fromEntries(entries);
}

function idOf({ id }: JsonObject): string {
  return typeof id === "string" ? id : "";
}

function idsMissing(): never {
  throw new StatementError("value-mismatch", "the ids of the touched rows are missing; bind them with bindLast");
}
