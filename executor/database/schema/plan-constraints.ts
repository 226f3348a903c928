import { qualified, quoted } from "../identifier.ts";
import type { ConstraintModel, DdlStatement, SchemaProblem, TableModel, TablePlan } from "./schema-model.ts";

/** Constraints of a table that stands are added NOT VALID and validated after the commit, so that no long lock is held. */
export function planConstraints(table: string, next: TableModel, standing: TableModel, isNew: boolean): TablePlan {
  const wanted = Object.entries(next.constraints).filter(([, { kind }]) => !isNew || kind === "foreignKey");
  const changes = wanted.filter(([name, { definition }]) => standing.constraints[name]?.definition !== definition);
  const gone = Object.keys(standing.constraints).filter((name) => next.constraints[name] === undefined);
  const replaced = changes.flatMap(([name]) => (standing.constraints[name] === undefined ? [] : [name]));
  return {
    statements: [
      ...[...gone, ...replaced].map((name) => drop(table, name)),
      ...changes.flatMap(([name, constraint]) => add(table, name, constraint, isNew)),
    ],
    problems: changes.flatMap(([name, constraint]) =>
      lostValues(next.entity, name, constraint, standing.constraints[name]),
    ),
  };
}

function drop(table: string, name: string): DdlStatement {
  const sql = `ALTER TABLE ${qualified("app", table)} DROP CONSTRAINT IF EXISTS ${quoted(name)}`;
  return { sql, kind: "constraint", purpose: `${name} no longer holds as it was`, phase: "transaction" };
}

function add(
  table: string,
  name: string,
  { kind, definition }: ConstraintModel,
  isNew: boolean,
): readonly DdlStatement[] {
  const alter = `ALTER TABLE ${qualified("app", table)}`;
  const isImmediate = isNew || kind === "exclude"; // PostgreSQL has no NOT VALID exclusion
  const sql = `${alter} ADD CONSTRAINT ${quoted(name)} ${definition}${isImmediate ? "" : " NOT VALID"}`;
  const added: DdlStatement = { sql, kind: "constraint", purpose: `${name} holds for new rows`, phase: "transaction" };
  if (isImmediate) return [added];
  const validate = `${alter} VALIDATE CONSTRAINT ${quoted(name)}`;
  const purpose = `${name} holds for the rows that stand`;
  return [added, { sql: validate, kind: "constraint", purpose, phase: "after", target: name }];
}

function lostValues(
  entity: string,
  name: string,
  next: ConstraintModel,
  before: ConstraintModel | undefined,
): readonly SchemaProblem[] {
  const lost = (before?.values ?? []).filter((value) => next.values?.includes(value) !== true);
  if (lost.length === 0) return [];
  const values = lost.map((value) => JSON.stringify(value)).join(", ");
  const message = `${entity}: ${values} would no longer be allowed (${name}), and rows may hold it; keep it in the list (a mapping is not understood yet)`;
  return [{ entity, name, message }];
}
