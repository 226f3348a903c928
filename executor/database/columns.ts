import { columnName, type Entity, type Field } from "@lintel/specs";
import { StatementError } from "./statement.ts";

/** How PostgreSQL holds the values of a field type. Durations are milliseconds, money is minor units. */
export const sqlTypes: Readonly<Record<Field["type"], string>> = {
  uuid: "uuid",
  string: "text",
  integer: "bigint",
  number: "double precision",
  decimal: "numeric",
  money: "bigint",
  boolean: "boolean",
  date: "date",
  instant: "timestamptz(3)",
  duration: "bigint",
  enum: "text",
  json: "jsonb",
};

/** One column of an entity's table that its rows show. */
export interface EntityColumn {
  /** Name in specs and rows. */
  readonly name: string;
  /** snake_case name in the table. */
  readonly column: string;
  readonly field: Field;
  /** `system`: version and time stamps, which the executor alone writes. */
  readonly role: "key" | "status" | "field" | "system";
}

const plain = { nullable: false, generated: false, sensitive: false, personal: false } as const;

/** The columns of an entity in a fixed order: key, fields, status where no field declares it, version and time stamps. */
export function columnsOf(entity: Entity): readonly EntityColumn[] {
  const declared = new Map(entity.fields.map((field) => [field.name, field]));
  const key: Field = declared.get(entity.key) ?? { ...plain, name: entity.key, type: "uuid", generated: true };
  const others = entity.fields.filter(({ name }) => name !== entity.key && name !== entity.status?.field);
  return [
    column(key, "key"),
    ...others.map((field) => column(field, "field")),
    ...(entity.status === undefined ? [] : [column(statusField(entity.status), "status")]),
    column({ ...plain, name: "version", type: "integer", default: 1 }, "system"),
    column({ ...plain, name: "createdAt", type: "instant" }, "system"),
    column({ ...plain, name: "updatedAt", type: "instant" }, "system"),
  ];
}

/** The column of a field by its name in specs. @throws StatementError unknown-name */
export function columnOf(entity: Entity, name: string): EntityColumn {
  const found = columnsOf(entity).find((candidate) => candidate.name === name);
  if (found !== undefined) return found;
  throw new StatementError("unknown-name", `entity ${entity.name} has no field "${name}"; name one of its fields`);
}

/** The entity of that name. @throws StatementError unknown-name */
export function entityNamed(entities: readonly Entity[], name: string): Entity {
  const found = entities.find((entity) => entity.name === name);
  if (found !== undefined) return found;
  throw new StatementError("unknown-name", `there is no entity "${name}" in this slice; compile the specs again`);
}

function statusField(status: NonNullable<Entity["status"]>): Field {
  return { ...plain, name: status.field, type: "enum", values: status.states, default: status.initial };
}

function column(field: Field, role: EntityColumn["role"]): EntityColumn {
  return { name: field.name, column: columnName(field.name), field, role };
}
