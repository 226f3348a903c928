import {
  type Condition,
  compileTemplate,
  type Entity,
  type FlowNode,
  type JsonValue,
  type Scope,
  typeOfField,
  type ValueType,
  type Where,
} from "@lintel/specs";
import { columnOf, type EntityColumn, sqlTypes } from "../columns.ts";
import { type Parameter, StatementError } from "../statement.ts";
import { encodeValue } from "./encode-value.ts";
import { expressionSql } from "./expression-sql.ts";
import { columnRef, placeholder, type Sql, sql } from "./raw-sql.ts";

/** Where values of a node's templates come from. */
export interface Site {
  readonly node: FlowNode;
  readonly entity: Entity;
  readonly entities: readonly Entity[];
  /** Names that the node's templates may read. */
  readonly scope: Scope;
  /** Names that its `where` expression may read: the row as `this` as well. */
  readonly whereScope: Scope;
}

/** A node's `where` as conditions over `alias`, all of which must hold. @throws StatementError naming the node. */
export function whereConditions(site: Site, where: Where | undefined, alias: string): readonly Sql[] {
  if (where === undefined) return [];
  if (typeof where === "string") {
    const { entity, entities, whereScope } = site;
    return [sql`(${expressionSql(where, { entity, entities, alias, scope: whereScope })})`];
  }
  return Object.entries(where).flatMap(([name, { optional = false, ...comparisons }]) => {
    const column = columnOf(site.entity, name);
    return Object.entries(comparisons).map(([operator, template]) => {
      const condition = compare(site, alias, column, operator, template);
      return optional ? unlessNull(site, column, operator, template, condition) : condition;
    });
  });
}

/** Holds as well when the value is null: the caller gave no such filter. */
function unlessNull(site: Site, column: EntityColumn, operator: string, template: JsonValue, condition: Sql): Sql {
  const value = operator === "in" ? listValue(site, column, template) : templateValue(site, column, template);
  return sql`(${value} is null or ${condition})`;
}

/** A template's value, bound with the type of a column. */
export function templateValue(site: Site, column: EntityColumn, template: JsonValue): Sql {
  return placeholder(templateParameter(site, column, template), sqlTypes[column.field.type]);
}

function templateParameter(site: Site, column: EntityColumn, template: JsonValue): Parameter {
  const evaluate = compileTemplate(template, site.scope, expectation(column));
  return { bind: ({ context, fuel }) => encodeValue(column.field, evaluate(context, fuel)) };
}

/** A value may turn out null: a comparison then finds nothing, and a column that forbids it says so. */
export function expectation({ name, field }: EntityColumn): { readonly type: ValueType; readonly name: string } {
  return { type: { ...typeOfField(field), nullable: true }, name };
}

function compare(site: Site, alias: string, column: EntityColumn, operator: string, template: JsonValue): Sql {
  const left = columnRef(alias, column.column);
  if (template === null) return nullComparison(site, left, operator);
  if (operator === "in") return sql`${left} = any(${listValue(site, column, template)})`;
  const right = templateValue(site, column, template);
  const symbol = symbols[operator as keyof Condition];
  // Text in the order of its bytes, as expressions compare it, whatever the database's collation.
  const order = column.field.type === "string" || column.field.type === "enum" ? sql.raw(' collate "C"') : sql.raw("");
  if (symbol !== undefined) return sql`${left} ${sql.raw(symbol)} ${right}${order}`;
  if (operator === "startsWith") return sql`starts_with(${left}, ${right})`;
  if (operator === "ne") return sql`${left} is distinct from ${right}`;
  if (operator !== "eq") throw unknownOperator(site, operator);
  // IS NOT DISTINCT FROM in a form that an index serves; a column that is never null needs no more than `=`.
  if (!column.field.nullable) return sql`${left} = ${right}`;
  return sql`(${left} = ${right} or (${left} is null and ${right} is null))`;
}

const symbols: Readonly<Partial<Record<keyof Condition, string>>> = { lt: "<", lte: "<=", gt: ">", gte: ">=" };

function nullComparison(site: Site, left: Sql, operator: string): Sql {
  if (operator === "eq") return sql`${left} is null`;
  if (operator === "ne") return sql`${left} is not null`;
  throw unknownOperator(site, `${operator}: null`);
}

function listValue(site: Site, column: EntityColumn, template: JsonValue): Sql {
  const type = { kind: "list", element: typeOfField(column.field), nullable: true } as const;
  const evaluate = compileTemplate(template, site.scope, { type, name: column.name });
  const parameter: Parameter = {
    bind: ({ context, fuel }) => {
      const list = evaluate(context, fuel);
      // Of no list nothing is a member; an optional condition then holds.
      if (list === null) return null;
      if (!Array.isArray(list)) throw new StatementError("value-mismatch", `a list was expected for ${column.name}`);
      return (list as readonly JsonValue[]).map((value) => encodeValue(column.field, value));
    },
  };
  return placeholder(parameter, `${sqlTypes[column.field.type]}[]`);
}

function unknownOperator(site: Site, operator: string): StatementError {
  return new StatementError(
    "unsupported",
    `node ${site.node.id}: "${operator}" is no comparison; use eq, ne, lt, gt, in`,
  );
}
