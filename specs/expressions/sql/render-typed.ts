import { operandsOf, type Typed } from "../check/typed-expression.ts";
import { renderParameter } from "./render-parameter.ts";
import { currencyOf, renderCompare, renderEqual, renderExtreme, renderMember, renderMoney } from "./render-relation.ts";
import { isRow, renderRowField } from "./render-row.ts";
import { notInSql, readsRow, type SqlContext } from "./sql-context.ts";
import { raw, type SqlFragment, sql } from "./sql-fragment.ts";
import { failingFunctions, sqlFunctions } from "./sql-functions.ts";

type NodeOf<T extends Typed["type"]> = Extract<Typed, { type: T }>;

/** A checked expression as SQL; what depends on no row becomes a parameter, whole. */
export function renderTyped(typed: Typed, context: SqlContext): SqlFragment {
  if (!readsRow(typed)) return renderParameter(typed, context);
  switch (typed.type) {
    case "field":
      return renderField(typed, context);
    case "isNull":
      return sql`(${renderPresence(typed.operand, context)} IS ${raw(typed.negated ? "NOT NULL" : "NULL")})`;
    case "equal":
      return renderEqual(typed, context, renderTyped);
    case "compare":
      return renderCompare(typed, context, renderTyped);
    case "memberOf":
      return renderMember(typed, context, renderTyped);
    case "extreme":
      return renderExtreme(typed, context, renderTyped);
    case "and":
    case "or":
      return renderLogic(typed, context);
    case "not":
      return sql`(NOT ${renderTyped(typed.operand, context)})`;
    case "conditional":
      return renderConditional(typed, context);
    case "call":
      return renderCall(typed, context);
    default:
      return notInSql(names[typed.type] ?? `"${typed.type}"`, typed.offset);
  }
}

const names: Readonly<Partial<Record<Typed["type"], string>>> = {
  root: "a whole row",
  element: "an index",
  macro: "a macro over the row",
  matches: "matches() of the row",
  list: "a list of the row's values",
  object: "an object of the row's values",
};

/** What is NULL just where the operand is null; for a row, its key. */
function renderPresence(operand: Typed, context: SqlContext): SqlFragment {
  if (operand.type !== "root") return renderTyped(operand, context);
  const id: Typed = { type: "field", operand, field: "id", valueType: operand.valueType, offset: operand.offset };
  return renderRowField(id, context);
}

function renderField(typed: NodeOf<"field">, context: SqlContext): SqlFragment {
  const { operand, field, offset } = typed;
  if (isRow(operand, context)) return renderRowField(typed, context);
  const value = renderTyped(operand, context);
  const { valueType } = operand;
  if (valueType.kind === "money") {
    if (field === "amount") return value;
    const currency = renderParameter(constantText(currencyOf([valueType], offset), offset), context);
    return valueType.nullable ? sql`(CASE WHEN ${value} IS NOT NULL THEN ${currency} END)` : currency;
  }
  if (valueType.kind !== "json") return notInSql(`"${field}"`, offset);
  // A missing key and a JSON null are both null in expressions.
  return sql`NULLIF(${value} -> ${renderParameter(constantText(field, offset), context)}, 'null'::jsonb)`;
}

function constantText(value: string, offset: number): Typed {
  return { type: "constant", value, valueType: { kind: "string", nullable: false }, offset };
}

/** PostgreSQL may evaluate either side first: CASE keeps the order where the right side can fail. */
function renderLogic(typed: NodeOf<"and" | "or">, context: SqlContext): SqlFragment {
  const isAnd = typed.type === "and";
  const left = renderTyped(typed.left, context);
  const right = renderTyped(typed.right, guarded(context, typed.left, isAnd));
  if (!canFail(typed.right)) return sql`(${left} ${raw(isAnd ? "AND" : "OR")} ${right})`;
  return isAnd
    ? sql`(CASE WHEN ${left} THEN ${right} ELSE false END)`
    : sql`(CASE WHEN ${left} THEN true ELSE ${right} END)`;
}

function renderConditional(typed: NodeOf<"conditional">, context: SqlContext): SqlFragment {
  const condition = renderTyped(typed.condition, context);
  const branch = (value: Typed, outcome: boolean): SqlFragment => {
    const inner = guarded(context, typed.condition, outcome);
    if (typed.valueType.kind !== "money" || value.valueType.kind === "null") return renderTyped(value, inner);
    return renderMoney(value, currencyOf([typed.valueType], typed.offset), inner, renderTyped);
  };
  return sql`(CASE WHEN ${condition} THEN ${branch(typed.then, true)} ELSE ${branch(typed.else, false)} END)`;
}

/** Behind a condition that no row decides, parameters are evaluated only where it has that outcome. */
function guarded(context: SqlContext, condition: Typed, outcome: boolean): SqlContext {
  return readsRow(condition) ? context : { ...context, guards: [...context.guards, { condition, outcome }] };
}

function renderCall(typed: NodeOf<"call">, context: SqlContext): SqlFragment {
  const [first] = typed.args;
  if (typed.function === "asText" && first !== undefined) return renderAsText(first, context);
  const render = sqlFunctions[typed.function];
  if (render === null) return notInSql("this function of the row", typed.offset);
  const isMoney = typed.valueType.kind === "money" && typed.function !== "moneyOf";
  const args = typed.args.map((arg) =>
    isMoney && arg.valueType.kind === "money"
      ? renderMoney(arg, currencyOf([typed.valueType], typed.offset), context, renderTyped)
      : renderTyped(arg, context),
  );
  return render(...args);
}

function renderAsText(operand: Typed, context: SqlContext): SqlFragment {
  const value = renderTyped(operand, context);
  switch (operand.valueType.kind) {
    case "string":
    case "enum":
      return value;
    case "uuid":
      return sql`(${value})::text`;
    case "date":
      return dateText(value);
    default:
      return notInSql("the text of an instant or a duration", operand.offset);
  }
}

/** As to_char(…, 'YYYY-MM-DD'), which is only STABLE. */
function dateText(date: SqlFragment): SqlFragment {
  const part = (name: string, digits: number): SqlFragment =>
    sql`lpad(extract(${raw(name)} FROM ${date})::text, ${raw(String(digits))}, '0')`;
  return sql`(${part("year", 4)} || '-' || ${part("month", 2)} || '-' || ${part("day", 2)})`;
}

function canFail(typed: Typed): boolean {
  if (!readsRow(typed)) return false;
  return (typed.type === "call" && failingFunctions.has(typed.function)) || operandsOf(typed).some(canFail);
}
