import { suggestion } from "../../load/did-you-mean.ts";
import type { Binary, Expression, Literal, Select } from "../expression.ts";
import { joinTypes } from "../types/join-types.ts";
import {
  anyJson,
  describeType,
  enumOf,
  fieldNames,
  fieldOf,
  listOf,
  nullType,
  objectOf,
  simple,
  type ValueType,
  withNull,
  withoutNull,
} from "../types/value-type.ts";
import { checkArithmetic, checkNegation } from "./check-arithmetic.ts";
import { checkEqual, checkMember, checkOrder } from "./check-binary.ts";
import { checkCall } from "./check-call.ts";
import { type CheckContext, fail, requirePresent, typeProblem } from "./check-context.ts";
import { checkMacro, condition } from "./check-macro.ts";
import { widen } from "./coerce.ts";
import { pathOf, presentWhen } from "./narrowing.ts";
import type { Typed } from "./typed-expression.ts";

/** Gives an expression its types and its one meaning; throws ExpressionError at the first problem. */
export function checkNode(expression: Expression, context: CheckContext): Typed {
  const { offset } = expression;
  switch (expression.type) {
    case "literal":
      return { type: "constant", value: expression.value, valueType: literalType(expression), offset };
    case "name":
      return narrowed(checkName(expression.name, offset, context), expression, context);
    case "select":
      return narrowed(checkSelect(expression, context), expression, context);
    case "has": {
      const operand = checkSelect({ ...expression, type: "select" }, context);
      return { type: "isNull", operand, negated: true, valueType: simple("boolean"), offset };
    }
    case "index":
      return checkIndex(checkNode(expression.operand, context), checkNode(expression.index, context), offset);
    case "call": {
      const target = expression.target === undefined ? undefined : checkNode(expression.target, context);
      return checkCall(
        expression.name,
        target,
        expression.args.map((arg) => checkNode(arg, context)),
        offset,
      );
    }
    case "unary": {
      const operand = checkNode(expression.operand, context);
      if (expression.operator === "-") return checkNegation(operand, offset);
      return { type: "not", operand: condition(operand, '"!"'), valueType: simple("boolean"), offset };
    }
    case "binary":
      return checkBinary(expression, context);
    case "conditional":
      return checkConditional(expression, context);
    case "list":
      return checkList(
        expression.elements.map((element) => checkNode(element, context)),
        offset,
      );
    case "object": {
      const entries = expression.entries.map(({ key, value }) => ({ key, value: checkNode(value, context) }));
      const fields = Object.fromEntries(entries.map(({ key, value }) => [key, value.valueType]));
      return { type: "object", entries, valueType: objectOf(fields), offset };
    }
    case "macro":
      return checkMacro(expression, context, checkNode);
  }
}

function literalType(literal: Literal): ValueType {
  if (literal.kind === "null") return nullType;
  return literal.kind === "string" ? enumOf([literal.value]) : simple(literal.kind);
}

function checkName(name: string, offset: number, { scope, variables }: CheckContext): Typed {
  const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (variable !== undefined) return { type: "variable", name, slot: variable.slot, valueType: variable.type, offset };
  const root = Object.hasOwn(scope.names, name) ? scope.names[name] : undefined;
  if (root !== undefined) return { type: "root", name, valueType: root, offset };
  const bare = scope.bareRoot === undefined ? undefined : scope.names[scope.bareRoot];
  const field = bare === undefined ? undefined : fieldOf(bare, name);
  if (bare !== undefined && field !== undefined) {
    const operand: Typed = { type: "root", name: scope.bareRoot ?? "", valueType: bare, offset };
    return { type: "field", operand, field: name, valueType: field, offset };
  }
  if (scope.hidden !== undefined && Object.hasOwn(scope.hidden, name)) {
    return fail("name-not-visible", `"${name}" cannot be read here: ${scope.hidden[name] ?? ""}`, offset);
  }
  const known = [
    ...Object.keys(variables),
    ...Object.keys(scope.names),
    ...(bare === undefined ? [] : fieldNames(bare)),
  ];
  return fail("unknown-name", `there is no "${name}" here`, offset, suggestion(name, known));
}

function checkSelect({ operand: inner, field, offset }: Select, context: CheckContext): Typed {
  const operand = checkNode(inner, context);
  const valueType = fieldOf(operand.valueType, field);
  if (valueType !== undefined) return { type: "field", operand, field, valueType, offset };
  const type = operand.valueType;
  const reason = type.kind === "object" && Object.hasOwn(type.hidden ?? {}, field) ? type.hidden?.[field] : undefined;
  if (reason !== undefined) return fail("name-not-visible", `"${field}" cannot be read here: ${reason}`, offset);
  const known = fieldNames(type);
  const named = type.kind === "object" ? (type.name ?? pathText(inner)) : describeType(type);
  return fail("no-such-field", `${named} has no "${field}"`, offset, suggestion(field, known));
}

function pathText(expression: Expression): string {
  if (expression.type === "name") return expression.name;
  return expression.type === "select" ? `${pathText(expression.operand)}.${expression.field}` : "the object";
}

function narrowed(typed: Typed, expression: Expression, { present }: CheckContext): Typed {
  const path = pathOf(expression);
  if (path === undefined || !present.has(path)) return typed;
  return { ...typed, valueType: withoutNull(typed.valueType) };
}

function checkIndex(operand: Typed, index: Typed, offset: number): Typed {
  const value = requirePresent(operand, "[…]");
  const at = requirePresent(index, "[…]");
  const kinds = `${value.valueType.kind} ${at.valueType.kind}`;
  if (value.valueType.kind === "list" && at.valueType.kind === "integer") {
    return { type: "element", operand: value, index: at, valueType: value.valueType.element, offset };
  }
  if (["json integer", "json string", "json enum"].includes(kinds)) {
    return { type: "element", operand: value, index: at, valueType: anyJson, offset };
  }
  return typeProblem(
    "[…]",
    [value.valueType, at.valueType],
    offset,
    "a list takes an integer, json an integer or text",
  );
}

function checkBinary(expression: Binary, context: CheckContext): Typed {
  const { operator, offset } = expression;
  const left = checkNode(expression.left, context);
  if (operator === "&&" || operator === "||") {
    const known = presentWhen(expression.left, operator === "&&");
    const right = checkNode(expression.right, withPresent(context, known));
    const sides = { left: condition(left, `"${operator}"`), right: condition(right, `"${operator}"`) };
    return { type: operator === "&&" ? "and" : "or", ...sides, valueType: simple("boolean"), offset };
  }
  const right = checkNode(expression.right, context);
  switch (operator) {
    case "==":
    case "!=":
      return checkEqual(operator, { left, right }, offset);
    case "in":
      return checkMember({ left, right }, offset);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return checkOrder(operator, { left, right }, offset);
    default:
      return checkArithmetic(operator, left, right, offset);
  }
}

function checkConditional(expression: Extract<Expression, { type: "conditional" }>, context: CheckContext): Typed {
  const test = condition(checkNode(expression.condition, context), '"?:"');
  const then = checkNode(expression.then, withPresent(context, presentWhen(expression.condition, true)));
  const other = checkNode(expression.else, withPresent(context, presentWhen(expression.condition, false)));
  const [first, second] = [widen(then, other.valueType), widen(other, then.valueType)];
  const valueType = joinTypes(first.valueType, second.valueType);
  if (valueType === undefined) {
    return fail(
      "expression-type",
      `the branches of "?:" differ: ${describeType(then.valueType)} and ${describeType(other.valueType)}`,
      expression.offset,
    );
  }
  return { type: "conditional", condition: test, then: first, else: second, valueType, offset: expression.offset };
}

function checkList(elements: readonly Typed[], offset: number): Typed {
  const wide = elements.find(({ type, valueType }) => type !== "constant" && valueType.kind !== "integer")?.valueType;
  const alike = wide === undefined ? elements : elements.map((element) => widen(element, withNull(wide, false)));
  const element = alike.reduce<ValueType | undefined>(
    (all, { valueType }) => (all === undefined ? valueType : (joinTypes(all, valueType) ?? anyJson)),
    undefined,
  );
  return { type: "list", elements: alike, valueType: listOf(element ?? anyJson), offset };
}

function withPresent(context: CheckContext, known: ReadonlySet<string>): CheckContext {
  return known.size === 0 ? context : { ...context, present: new Set([...context.present, ...known]) };
}
