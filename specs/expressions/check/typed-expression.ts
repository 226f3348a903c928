// Decision: checking resolves every overload, so that closures and SQL are compiled from one tree that leaves no choice.
import type { JsonValue } from "../../json.ts";
import type { MacroName } from "../expression.ts";
import type { ValueType } from "../types/value-type.ts";

/** How two values are told apart. `value` is identity of text, numbers and booleans; `json` is deep. */
export type EqualityKind = "value" | "uuid" | "decimal" | "money" | "instant" | "duration" | "json";

/** How two values are ordered. */
export type OrderKind = "number" | "decimal" | "money" | "text" | "date" | "instant" | "duration";

export type OrderOperator = "<" | "<=" | ">" | ">=";

/** Every function after overloads are resolved: the first word is what it works on, or what it makes. */
export type FunctionName =
  | "integerNegate"
  | "integerAdd"
  | "integerSubtract"
  | "integerMultiply"
  | "integerDivide"
  | "integerRemainder"
  | "numberNegate"
  | "numberAdd"
  | "numberSubtract"
  | "numberMultiply"
  | "numberDivide"
  | "decimalNegate"
  | "decimalAdd"
  | "decimalSubtract"
  | "decimalMultiply"
  | "decimalDivide"
  | "moneyNegate"
  | "moneyAdd"
  | "moneySubtract"
  | "moneyMultiply"
  | "moneyOf"
  | "dateDifference"
  | "dateAddDays"
  | "dateSubtractDays"
  | "instantAdd"
  | "instantSubtract"
  | "instantDifference"
  | "durationNegate"
  | "durationAdd"
  | "durationSubtract"
  | "durationMultiply"
  | "datePart"
  | "instantPart"
  | "durationPart"
  | "textConcatenate"
  | "textSize"
  | "textStartsWith"
  | "textEndsWith"
  | "textContains"
  | "textLower"
  | "textUpper"
  | "textTrim"
  | "listSize"
  | "listConcatenate"
  | "jsonSize"
  | "asText"
  | "integerToText"
  | "numberToText"
  | "decimalToText"
  | "booleanToText"
  | "jsonToText"
  | "numberToInteger"
  | "decimalToInteger"
  | "textToInteger"
  | "jsonToInteger"
  | "integerToNumber"
  | "decimalToNumber"
  | "textToNumber"
  | "jsonToNumber"
  | "integerToDecimal"
  | "numberToDecimal"
  | "textToDecimal"
  | "jsonToDecimal"
  | "jsonToBoolean"
  | "textToUuid"
  | "jsonToUuid"
  | "textToDate"
  | "instantToDate"
  | "jsonToDate"
  | "textToInstant"
  | "jsonToInstant"
  | "textToDuration"
  | "jsonToDuration";

interface TypedBase {
  readonly valueType: ValueType;
  readonly offset: number;
}

/** A checked expression: each node with its type and its one meaning. */
export type Typed = TypedBase &
  (
    | { readonly type: "constant"; readonly value: JsonValue }
    | { readonly type: "root"; readonly name: string }
    /** A macro's variable; slots count the macros around it. */
    | { readonly type: "variable"; readonly name: string; readonly slot: number }
    /** Null where the operand is null or has no such field. */
    | { readonly type: "field"; readonly operand: Typed; readonly field: string }
    | { readonly type: "element"; readonly operand: Typed; readonly index: Typed }
    | { readonly type: "isNull"; readonly operand: Typed; readonly negated: boolean }
    | {
        readonly type: "equal";
        readonly by: EqualityKind;
        readonly negated: boolean;
        readonly left: Typed;
        readonly right: Typed;
      }
    | {
        readonly type: "compare";
        readonly operator: OrderOperator;
        readonly by: OrderKind;
        readonly left: Typed;
        readonly right: Typed;
      }
    | { readonly type: "memberOf"; readonly by: EqualityKind; readonly left: Typed; readonly list: Typed }
    | { readonly type: "and" | "or"; readonly left: Typed; readonly right: Typed }
    | { readonly type: "not"; readonly operand: Typed }
    | { readonly type: "conditional"; readonly condition: Typed; readonly then: Typed; readonly else: Typed }
    | { readonly type: "call"; readonly function: FunctionName; readonly args: readonly Typed[] }
    | {
        readonly type: "extreme";
        readonly pick: "least" | "greatest";
        readonly by: OrderKind;
        readonly args: readonly Typed[];
      }
    | { readonly type: "matches"; readonly operand: Typed; readonly pattern: string }
    | { readonly type: "list"; readonly elements: readonly Typed[] }
    | { readonly type: "object"; readonly entries: readonly { readonly key: string; readonly value: Typed }[] }
    | {
        readonly type: "macro";
        readonly macro: MacroName;
        readonly list: Typed;
        readonly slot: number;
        readonly predicate?: Typed;
        readonly body: Typed;
      }
  );

/** The nodes directly below one. */
export function operandsOf(typed: Typed): readonly Typed[] {
  switch (typed.type) {
    case "constant":
    case "root":
    case "variable":
      return [];
    case "field":
    case "isNull":
    case "not":
    case "matches":
      return [typed.operand];
    case "element":
      return [typed.operand, typed.index];
    case "equal":
    case "compare":
    case "and":
    case "or":
      return [typed.left, typed.right];
    case "memberOf":
      return [typed.left, typed.list];
    case "conditional":
      return [typed.condition, typed.then, typed.else];
    case "call":
    case "extreme":
      return typed.args;
    case "list":
      return typed.elements;
    case "object":
      return typed.entries.map(({ value }) => value);
    case "macro":
      return [typed.list, ...(typed.predicate === undefined ? [] : [typed.predicate]), typed.body];
  }
}
