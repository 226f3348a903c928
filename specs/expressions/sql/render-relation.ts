import type { EqualityKind, Typed } from "../check/typed-expression.ts";
import type { ValueType } from "../types/value-type.ts";
import { renderParameter } from "./render-parameter.ts";
import { notInSql, type Render, readsRow, type SqlContext } from "./sql-context.ts";
import { joined, raw, type SqlFragment, sql } from "./sql-fragment.ts";

type NodeOf<T extends Typed["type"]> = Extract<Typed, { type: T }>;

/** Never NULL: `=` where both sides are there, so that indexes serve, else as IS NOT DISTINCT FROM answers. */
export function renderEqual(node: NodeOf<"equal">, context: SqlContext, render: Render): SqlFragment {
  const side = sideRenderer(node.by, [node.left.valueType, node.right.valueType], context, render);
  return equality(node.negated, [node.left, side(node.left)], [node.right, side(node.right)]);
}

type Side = readonly [Typed, SqlFragment];

function equality(negated: boolean, [left, a]: Side, [right, b]: Side): SqlFragment {
  const [isLeftNullable, isRightNullable] = [left.valueType.nullable, right.valueType.nullable];
  if (!isLeftNullable && !isRightNullable) return negated ? sql`(${a} <> ${b})` : sql`(${a} = ${b})`;
  if (negated) return sql`(${a} IS DISTINCT FROM ${b})`;
  if (isLeftNullable && isRightNullable) return sql`(${a} IS NOT DISTINCT FROM ${b})`;
  return isLeftNullable ? sql`(${a} IS NOT NULL AND ${a} = ${b})` : sql`(${b} IS NOT NULL AND ${a} = ${b})`;
}

/** `in`: = ANY over a list from outside the row; a list with values of the row is compared one by one. */
export function renderMember(node: NodeOf<"memberOf">, context: SqlContext, render: Render): SqlFragment {
  const { list, left, by } = node;
  if (readsRow(list)) {
    if (list.type !== "list") return notInSql('"in" a list of the row', node.offset);
    if (list.elements.length === 0) return raw("false");
    const equalities = list.elements.map((right) =>
      right.valueType.kind === "null"
        ? sql`(${render(left, context)} IS NULL)`
        : renderEqual({ ...node, type: "equal", negated: false, left, right, by }, context, render),
    );
    return sql`(${joined(equalities, " OR ")})`;
  }
  const element = list.valueType.kind === "list" ? list.valueType.element : undefined;
  if (element === undefined || by === "json") return notInSql('"in" over json', node.offset);
  const currency = by === "money" ? currencyOf([left.valueType, element], node.offset) : undefined;
  const value = sideRenderer(by, [left.valueType, element], context, render)(left);
  const values = renderParameter(list, context, currency);
  const isFound = sql`${value} = ANY(${values})`;
  if (!left.valueType.nullable) return element.nullable ? sql`COALESCE(${isFound}, false)` : sql`(${isFound})`;
  if (!element.nullable) return sql`(${value} IS NOT NULL AND ${isFound})`;
  return sql`(COALESCE(${isFound}, false) OR (${value} IS NULL AND array_position(${values}, NULL) IS NOT NULL))`;
}

/** `<` and the like; text in the order of its bytes, whatever the database's collation. */
export function renderCompare(node: NodeOf<"compare">, context: SqlContext, render: Render): SqlFragment {
  const side = sideRenderer(node.by, [node.left.valueType, node.right.valueType], context, render);
  const collation = raw(node.by === "text" ? ' COLLATE "C"' : "");
  return sql`(${side(node.left)} ${raw(node.operator)} ${side(node.right)}${collation})`;
}

/** `min` and `max`; their operands are never null. */
export function renderExtreme(node: NodeOf<"extreme">, context: SqlContext, render: Render): SqlFragment {
  const types = node.args.map(({ valueType }) => valueType);
  const args = node.args.map(sideRenderer(node.by, types, context, render));
  const collated = node.by === "text" ? args.map((arg) => sql`${arg} COLLATE "C"`) : args;
  return sql`${raw(node.pick)}(${joined(collated, ", ")})`;
}

/** Renders the sides of a relation alike: money in one currency, json with json. */
function sideRenderer(
  by: EqualityKind | NodeOf<"compare">["by"],
  types: readonly ValueType[],
  context: SqlContext,
  render: Render,
): (typed: Typed) => SqlFragment {
  if (by === "json") return (typed) => renderJson(typed, context, render);
  if (by !== "money") return (typed) => render(typed, context);
  return (typed) => renderMoney(typed, currencyOf(types, typed.offset), context, render);
}

/** Minor units in the currency; a value from outside the row must be in it. */
export function renderMoney(typed: Typed, currency: string, context: SqlContext, render: Render): SqlFragment {
  return readsRow(typed) ? render(typed, context) : renderParameter(typed, context, currency);
}

/** The one currency of money that stands together in SQL, where only columns' currencies are known. */
export function currencyOf(types: readonly ValueType[], offset: number): string {
  const known = types.flatMap((type) => (type.kind === "money" ? (type.currency ?? []) : []));
  return known[0] ?? notInSql("money without a known currency", offset);
}

const jsonLike: ReadonlySet<ValueType["kind"]> = new Set(["json", "object", "list"]);
const sameInJson: ReadonlySet<ValueType["kind"]> = new Set(["string", "enum", "uuid", "integer", "number", "boolean"]);

function renderJson(typed: Typed, context: SqlContext, render: Render): SqlFragment {
  const { kind } = typed.valueType;
  if (!readsRow(typed) && kind === "list") {
    return renderParameter({ ...typed, valueType: { kind: "json", nullable: typed.valueType.nullable } }, context);
  }
  const value = render(typed, context);
  if (jsonLike.has(kind)) return value;
  return sameInJson.has(kind) ? sql`to_jsonb(${value})` : notInSql("this comparison with json", typed.offset);
}
