import { allNodes, canRunInSql, type Entity, type Slice } from "@lintel/specs";
import { entityNamed } from "../columns.ts";
import { isRowLocal } from "../schema/row-local.ts";
import { type InvariantChecks, StatementError } from "../statement.ts";
import { expressionSql } from "./expression-sql.ts";
import { columnRef, commaList, placeholder, sql, type ToStatement, table } from "./raw-sql.ts";

/** How the invariants of each entity that a tool writes are checked, by entity name. */
export function compileInvariants(slice: Slice, toStatement: ToStatement): Readonly<Record<string, InvariantChecks>> {
  const written = new Set(allNodes(slice.tool.flow).flatMap((node) => (node.type === "write" ? [node.entity] : [])));
  const entries = [...written].sort().map((name) => {
    return [name, checksOf(entityNamed(slice.entities, name), slice.entities, toStatement)] as const;
  });
  return Object.fromEntries(entries);
}

function checksOf(entity: Entity, entities: readonly Entity[], toStatement: ToStatement): InvariantChecks {
  const place = { entity, entities, alias: "t" };
  const related = entity.invariants.filter(({ expr }) => !isRowLocal(entity, expr) && canRunInSql(expr, place));
  const names = related.map(({ name }) => name);
  const local = entity.invariants.map(({ name }) => name).filter((name) => !names.includes(name));
  if (related.length === 0) return { local, related: [] };
  const columns = commaList([columnRef("t", "id"), ...related.map(({ expr }) => expressionSql(expr, place))]);
  const ids = placeholder({ bind: idsMissing }, "uuid[]");
  const text = sql`select ${columns} from ${table("app", entity.table)} as "t" where "t"."deleted_at" is null and "t"."id" = any(${ids})`;
  return { local, related: names, statement: toStatement(text) };
}

function idsMissing(): never {
  throw new StatementError("value-mismatch", "the ids of the touched rows are missing; bind them with bindIds");
}
