import { suggestion } from "../../load/did-you-mean.ts";
import { type EnumType, type SimpleKind, simple, type ValueType } from "../types/value-type.ts";
import { fail, requirePresent, typeProblem } from "./check-context.ts";
import { widen } from "./coerce.ts";
import type { EqualityKind, OrderKind, OrderOperator, Typed } from "./typed-expression.ts";

interface Pair {
  readonly left: Typed;
  readonly right: Typed;
}

const equalityKinds: Readonly<Partial<Record<ValueType["kind"], EqualityKind>>> = {
  uuid: "uuid",
  decimal: "decimal",
  money: "money",
  instant: "instant",
  duration: "duration",
  json: "json",
  list: "json",
  object: "json",
};
const orderKinds: Readonly<Partial<Record<ValueType["kind"], OrderKind>>> = {
  integer: "number",
  number: "number",
  decimal: "decimal",
  money: "money",
  string: "text",
  date: "date",
  instant: "instant",
  duration: "duration",
};

/** `==` and `!=`: two nulls are equal, null equals nothing else. */
export function checkEqual(operator: "==" | "!=", pair: Pair, offset: number): Typed {
  const negated = operator === "!=";
  const valueType = simple("boolean");
  const { left, right } = pair;
  if (right.valueType.kind === "null") return { type: "isNull", operand: left, negated, valueType, offset };
  if (left.valueType.kind === "null") return { type: "isNull", operand: right, negated, valueType, offset };
  const { by, ...sides } = comparable(pair, `"${operator}"`, offset);
  return { type: "equal", by, negated, ...sides, valueType, offset };
}

/** `in`: equality with any element of a list. */
export function checkMember({ left, right }: Pair, offset: number): Typed {
  const list = requirePresent(right, '"in"');
  const valueType = simple("boolean");
  if (list.valueType.kind === "json") return { type: "memberOf", by: "json", left, list, valueType, offset };
  if (list.valueType.kind !== "list") {
    return typeProblem('the right side of "in"', [list.valueType], list.offset, "it must be a list");
  }
  if (left.valueType.kind === "null") return { type: "memberOf", by: "json", left, list, valueType, offset };
  if (list.type === "list") return memberOfLiteral(left, list, offset);
  const element: Typed = { type: "constant", value: null, valueType: list.valueType.element, offset: list.offset };
  const sides = comparable({ left, right: element }, '"in"', offset);
  return { type: "memberOf", by: sides.by, left: sides.left, list, valueType, offset };
}

/** Each element of a literal list is compared by itself, so that each can take the type of the left side. */
function memberOfLiteral(left: Typed, list: Typed & { readonly type: "list" }, offset: number): Typed {
  const pairs = list.elements.map((right) =>
    right.valueType.kind === "null"
      ? { by: "json" as const, left, right }
      : comparable({ left, right }, '"in"', offset),
  );
  const kinds = new Set(pairs.filter(({ right }) => right.valueType.kind !== "null").map(({ by }) => by));
  const widened = pairs.find(({ left: side }) => side !== left)?.left ?? left;
  const [by = "json"] = kinds;
  if (kinds.size > 1)
    return typeProblem('the list of "in"', [list.valueType], list.offset, "its elements differ in type");
  const elements = pairs.map(({ right }) => right);
  return { type: "memberOf", by, left: widened, list: { ...list, elements }, valueType: simple("boolean"), offset };
}

/** `<`, `<=`, `>`, `>=`. */
export function checkOrder(operator: OrderOperator, pair: Pair, offset: number): Typed {
  const { by, args } = ordered([pair.left, pair.right], `"${operator}"`, offset);
  const [left = pair.left, right = pair.right] = args;
  return { type: "compare", operator, by, left, right, valueType: simple("boolean"), offset };
}

/** Operands of one ordered kind, none of them null. */
export function ordered(
  operands: readonly Typed[],
  what: string,
  offset: number,
): { readonly by: OrderKind; readonly args: readonly Typed[] } {
  const present = operands.map((operand) => requirePresent(operand, what));
  const leading = leadingType(present);
  const args = present.map((operand) => asText(widen(operand, leading)));
  const types = args.map(({ valueType }) => valueType);
  const kinds = new Set(types.map(({ kind }) => orderKinds[kind]));
  const [by] = kinds;
  const isEnumOnly =
    present.every(({ valueType }) => valueType.kind === "enum") && present.some(({ type }) => type !== "constant");
  if (by === undefined || kinds.size > 1 || isEnumOnly)
    return typeProblem(
      what,
      present.map((one) => one.valueType),
      offset,
      hintFor(types),
    );
  checkCurrencies(types, what, offset);
  return { by, args };
}

function comparable(pair: Pair, what: string, offset: number): Pair & { readonly by: EqualityKind } {
  const leading = leadingType([pair.left, pair.right]);
  const left = widen(pair.left, leading);
  const right = widen(pair.right, leading);
  const [a, b] = [left.valueType, right.valueType];
  if (a.kind === "json" || b.kind === "json") return { left, right, by: "json" };
  checkEnums(left, right);
  checkCurrencies([a, b], what, offset);
  if (family(a.kind) !== family(b.kind)) return typeProblem(what, [a, b], offset, hintFor([a, b]));
  return { left, right, by: equalityKinds[a.kind] ?? "value" };
}

/** The type that the other operands take: the first that is no constant, decimal and number before integer. */
function leadingType(operands: readonly Typed[]): ValueType {
  const types = operands.filter(({ type }) => type !== "constant").map(({ valueType }) => valueType);
  const all = types.length > 0 ? types : operands.map(({ valueType }) => valueType);
  const wide = operands.find(({ valueType }) => valueType.kind === "decimal")?.valueType;
  const number = operands.find(({ valueType }) => valueType.kind === "number")?.valueType;
  const first =
    all.find(({ kind }) => kind !== "integer" && kind !== "enum") ??
    all.find(({ kind }) => kind !== "integer") ??
    all[0] ??
    simple("json");
  if (first.kind === "integer" || first.kind === "number") return wide ?? number ?? first;
  return first;
}

function family(kind: ValueType["kind"]): string {
  if (kind === "enum") return "string";
  return kind === "number" ? "integer" : kind;
}

function asText(typed: Typed): Typed {
  return typed.valueType.kind === "enum" ? { ...typed, valueType: simple("string") } : typed;
}

function checkEnums(left: Typed, right: Typed): void {
  const [a, b] = [left.valueType, right.valueType];
  if (a.kind !== "enum" || b.kind !== "enum" || a.values.some((value) => b.values.includes(value))) return;
  if (right.type === "constant" || left.type !== "constant") unknownValue(b, a, right.offset);
  unknownValue(a, b, left.offset);
}

function unknownValue(written: EnumType, known: EnumType, offset: number): never {
  const value = written.values[0] ?? "";
  return fail(
    "unknown-enum-value",
    `${JSON.stringify(value)} is not one of the values ${known.values.join(", ")}`,
    offset,
    suggestion(value, known.values),
  );
}

function checkCurrencies(types: readonly ValueType[], what: string, offset: number): void {
  const known = types.flatMap((type) => (type.kind === "money" ? (type.currency ?? []) : []));
  if (new Set(known).size < 2) return;
  fail("currency-mismatch", `${what} stands between money in ${known.join(" and ")}`, offset);
}

const conversions: Readonly<Partial<Record<SimpleKind, string>>> = {
  uuid: "uuid(…) converts text, and `format: uuid` in a schema declares it",
  date: "date(…) converts text, and `format: date` in a schema declares it; date(instant, zone) takes an instant's day",
  instant: "timestamp(…) converts text, and `format: date-time` in a schema declares it",
  duration: "duration(…) converts text",
  decimal: "decimal(…) converts numbers and text",
  integer: "int(…) converts numbers and text",
  json: "convert json first: string(…), int(…), double(…), decimal(…), bool(…)",
};

/** How the sides could be made alike. */
export function hintFor(types: readonly ValueType[]): string | undefined {
  const order = ["json", "uuid", "date", "instant", "duration", "decimal", "integer"] as const;
  const kind = order.find((candidate) => types.some((type) => type.kind === candidate));
  return kind === undefined ? undefined : conversions[kind];
}
