// Decision: a literal takes the type that it stands beside (`this.startsOn > "2026-01-01"`), because its text is checked here.
import { canonicalText, type TextKind } from "../text-forms.ts";
import { simple, type ValueType, withNull } from "../types/value-type.ts";
import { fail } from "./check-context.ts";
import type { FunctionName, Typed } from "./typed-expression.ts";

/** The typed call of a function. */
export function callOf(name: FunctionName, args: readonly Typed[], valueType: ValueType, offset: number): Typed {
  return { type: "call", function: name, args, valueType, offset };
}

/** A constant as a value of another kind: text as uuid, date, instant, duration or decimal; a number as decimal. */
export function coerceConstant(typed: Typed, target: ValueType): Typed {
  if (typed.type !== "constant") return typed;
  const { value, offset, valueType } = typed;
  // date("…") is a constant too, and no longer text.
  const isText = valueType.kind === "enum" || valueType.kind === "string";
  if (isText && typeof value === "string" && isTextKind(target.kind)) {
    const canonical = canonicalText(target.kind, value);
    if (canonical === undefined) {
      return fail("invalid-literal", `${JSON.stringify(value)} is not a ${target.kind}`, offset, formHint(target.kind));
    }
    return { type: "constant", value: canonical, valueType: simple(target.kind), offset };
  }
  if (typeof value === "number" && target.kind === "decimal") {
    const canonical = canonicalText("decimal", String(value));
    if (canonical !== undefined) return { type: "constant", value: canonical, valueType: simple("decimal"), offset };
  }
  return typed;
}

/** An integer widened to number or decimal, and constants coerced; anything else as it is. */
export function widen(typed: Typed, target: ValueType): Typed {
  const coerced = coerceConstant(typed, target);
  const { kind, nullable } = coerced.valueType;
  if (kind !== "integer") return coerced;
  if (target.kind === "decimal") {
    return callOf("integerToDecimal", [coerced], withNull(simple("decimal"), nullable), typed.offset);
  }
  // The same JSON number: only its type changes.
  return target.kind === "number" ? { ...coerced, valueType: withNull(simple("number"), nullable) } : coerced;
}

function isTextKind(kind: ValueType["kind"]): kind is TextKind {
  return kind === "uuid" || kind === "date" || kind === "instant" || kind === "duration" || kind === "decimal";
}

function formHint(kind: TextKind): string {
  const forms: Readonly<Record<TextKind, string>> = {
    uuid: "00000000-0000-0000-0000-000000000000",
    date: "2026-01-31",
    instant: "2026-01-31T12:00:00Z",
    duration: "90s",
    decimal: "12.50",
  };
  return `write it as ${forms[kind]}`;
}
