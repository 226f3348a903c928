import { qualified, quoted } from "../identifier.ts";
import type { ConstraintModel, DdlStatement, TableModel } from "./schema-model.ts";

/** Constraints of a table that stands are added NOT VALID and validated after the commit, so that no long lock is held. */
export function planConstraints(
  table: string,
  next: TableModel,
  standing: TableModel,
  isNew: boolean,
): readonly DdlStatement[] {
  const { entity } = next;
  const wanted = Object.entries(next.constraints).filter(([, { kind }]) => !isNew || kind === "foreignKey");
  const gone = Object.keys(standing.constraints).filter((name) => next.constraints[name] === undefined);
  return [
    ...gone.map((name) => alter(table, entity, `DROP CONSTRAINT IF EXISTS ${quoted(name)}`, `${name} holds no longer`)),
    ...wanted.flatMap(([name, constraint]) => {
      const before = standing.constraints[name];
      if (before?.definition === constraint.definition) {
        return before.isValidated === false ? [validate(table, entity, name)] : [];
      }
      if (isNew) return [added(table, entity, name, constraint)];
      return constraint.kind === "exclude"
        ? [exchanged(table, entity, name, constraint)]
        : [...dropped(table, entity, name, before), ...addedLater(table, entity, name, constraint)];
    }),
  ];
}

/** The constraint's statements on a table that nobody uses yet. */
function added(table: string, entity: string, name: string, { definition }: ConstraintModel): DdlStatement {
  const sql = `ADD CONSTRAINT ${quoted(name)} ${definition}`;
  return { ...alter(table, entity, sql, `${name} holds`), lock: "SHARE ROW EXCLUSIVE" };
}

function dropped(
  table: string,
  entity: string,
  name: string,
  before: ConstraintModel | undefined,
): readonly DdlStatement[] {
  if (before === undefined) return [];
  return [alter(table, entity, `DROP CONSTRAINT IF EXISTS ${quoted(name)}`, `${name} no longer holds as it was`)];
}

function addedLater(table: string, entity: string, name: string, constraint: ConstraintModel): readonly DdlStatement[] {
  const sql = `ADD CONSTRAINT ${quoted(name)} ${constraint.definition} NOT VALID`;
  const lock = constraint.kind === "foreignKey" ? "SHARE ROW EXCLUSIVE" : "ACCESS EXCLUSIVE";
  return [{ ...alter(table, entity, sql, `${name} holds for new rows`), lock }, validate(table, entity, name)];
}

function validate(table: string, entity: string, name: string): DdlStatement {
  return {
    ...alter(table, entity, `VALIDATE CONSTRAINT ${quoted(name)}`, `${name} holds for the rows that stand`),
    phase: "validate",
    lock: "SHARE UPDATE EXCLUSIVE",
    settles: [{ table, part: "constraints", name }],
  };
}

/** PostgreSQL has no NOT VALID exclusion; in one statement there is no moment without the old one or the new one. */
function exchanged(table: string, entity: string, name: string, { definition }: ConstraintModel): DdlStatement {
  const change = `DROP CONSTRAINT IF EXISTS ${quoted(name)}, ADD CONSTRAINT ${quoted(name)} ${definition}`;
  const statement = alter(table, entity, change, `${name} holds: its index is built while nobody writes`);
  const settles = [{ table, part: "constraints", name }] as const;
  return { ...statement, kind: "exclusion", phase: "validate", rewritesTable: true, settles };
}

function alter(table: string, entity: string, change: string, purpose: string): DdlStatement {
  const sql = `ALTER TABLE ${qualified("app", table)} ${change}`;
  return { sql, kind: "constraint", purpose, phase: "expand", lock: "ACCESS EXCLUSIVE", entity };
}
