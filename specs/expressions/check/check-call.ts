import { RE2JS } from "re2js";
import { suggestion } from "../../load/did-you-mean.ts";
import { type SimpleKind, simple } from "../types/value-type.ts";
import { ordered } from "./check-binary.ts";
import { fail, requirePresent, typeProblem } from "./check-context.ts";
import { checkTimePart, timeParts } from "./check-time-part.ts";
import { callOf } from "./coerce.ts";
import { checkConversion, conversions } from "./conversions.ts";
import type { FunctionName, Typed } from "./typed-expression.ts";

/** `text.name(args)`: its function, how many further texts it takes, and what it gives. */
const textMethods: Readonly<Record<string, readonly [FunctionName, 0 | 1, SimpleKind]>> = {
  startsWith: ["textStartsWith", 1, "boolean"],
  endsWith: ["textEndsWith", 1, "boolean"],
  contains: ["textContains", 1, "boolean"],
  lowerAscii: ["textLower", 0, "string"],
  upperAscii: ["textUpper", 0, "string"],
  trim: ["textTrim", 0, "string"],
};

/** Every name that can stand before `(`. */
const functionNames: readonly string[] = [
  ...Object.keys(conversions),
  ...Object.keys(textMethods),
  ...Object.keys(timeParts),
  ...["size", "matches", "min", "max", "money", "has", "all", "exists", "exists_one", "map", "filter"],
];

/** A function or method call, its operands checked already. */
export function checkCall(name: string, target: Typed | undefined, args: readonly Typed[], offset: number): Typed {
  const operands = target === undefined ? args : [target, ...args];
  if (name === "size") return checkSize(operands, offset);
  if (name === "matches") return checkMatches(operands, offset);
  if (target !== undefined && Object.hasOwn(textMethods, name)) return checkTextMethod(name, target, args, offset);
  if (target !== undefined && Object.hasOwn(timeParts, name)) return checkTimePart(name, target, args, offset);
  if (target === undefined && Object.hasOwn(conversions, name)) return checkConversion(name, args, offset);
  if (target === undefined && (name === "min" || name === "max")) return checkExtreme(name, args, offset);
  if (target === undefined && name === "money") return checkMoney(args, offset);
  if (functionNames.includes(name))
    return fail("wrong-arguments", `${name}() is not called like this`, offset, usage(name));
  return fail("unknown-function", `there is no function "${name}"`, offset, suggestion(name, functionNames));
}

function checkSize(operands: readonly Typed[], offset: number): Typed {
  const [operand, ...rest] = operands;
  if (operand === undefined || rest.length > 0) return fail("wrong-arguments", "size() takes one value", offset);
  const value = requirePresent(operand, "size()");
  const { kind } = value.valueType;
  const functions: Readonly<Record<string, FunctionName>> = {
    string: "textSize",
    enum: "textSize",
    list: "listSize",
    json: "jsonSize",
  };
  const name = functions[kind];
  if (name === undefined) return typeProblem("size()", [value.valueType], offset, "it counts characters or elements");
  return callOf(name, [value], simple("integer"), offset);
}

function checkMatches(operands: readonly Typed[], offset: number): Typed {
  const [operand, pattern, ...rest] = operands;
  if (operand === undefined || pattern === undefined || rest.length > 0) {
    return fail("wrong-arguments", "matches() takes a text and a pattern", offset, 'x.matches("^[a-z]+$")');
  }
  const value = requireText(operand, "matches()");
  if (pattern.type !== "constant" || typeof pattern.value !== "string") {
    return fail("pattern-not-constant", "the pattern of matches() must be a constant", pattern.offset);
  }
  const problem = patternProblem(pattern.value);
  if (problem !== undefined) return fail("invalid-pattern", problem, pattern.offset, "RE2 syntax: no backreferences");
  return { type: "matches", operand: value, pattern: pattern.value, valueType: simple("boolean"), offset };
}

function patternProblem(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    return `the pattern is not valid: ${error instanceof Error ? error.message : "it cannot be compiled"}`;
  }
}

function checkTextMethod(name: string, target: Typed, args: readonly Typed[], offset: number): Typed {
  const [method, count, result] = textMethods[name] ?? fail("unknown-function", `there is no method "${name}"`, offset);
  if (args.length !== count) return fail("wrong-arguments", `${name}() takes ${String(count)} values`, offset);
  const operands = [target, ...args].map((operand) => requireText(operand, `${name}()`));
  return callOf(method, operands, simple(result), offset);
}

function requireText(operand: Typed, what: string): Typed {
  const value = requirePresent(operand, what);
  const { kind } = value.valueType;
  if (kind === "string" || kind === "enum") return value;
  return typeProblem(what, [value.valueType], value.offset, "it works on text; string(…) converts");
}

function checkExtreme(name: "min" | "max", operands: readonly Typed[], offset: number): Typed {
  if (operands.length < 2) return fail("wrong-arguments", `${name}() takes two values or more`, offset);
  const { by, args } = ordered(operands, `${name}()`, offset);
  const types = args.map(({ valueType }) => valueType);
  const valueType = types.find(({ kind }) => kind === "number") ?? types[0] ?? simple("integer");
  return { type: "extreme", pick: name === "min" ? "least" : "greatest", by, args, valueType, offset };
}

function checkMoney(args: readonly Typed[], offset: number): Typed {
  const [amount, currency, ...rest] = args;
  if (amount === undefined || currency === undefined || rest.length > 0) {
    return fail(
      "wrong-arguments",
      "money() takes an amount in minor units and a currency",
      offset,
      'money(500, "EUR")',
    );
  }
  const value = requirePresent(amount, "money()");
  if (value.valueType.kind !== "integer")
    return typeProblem("money()", [value.valueType], value.offset, "int(…) converts");
  if (currency.type !== "constant" || typeof currency.value !== "string" || !/^[A-Z]{3}$/.test(currency.value)) {
    return fail("invalid-literal", "the currency must be a constant ISO 4217 code", currency.offset, '"EUR"');
  }
  const valueType = { kind: "money", currency: currency.value, nullable: false } as const;
  return callOf("moneyOf", [value, currency], valueType, offset);
}

function usage(name: string): string {
  const examples: Readonly<Record<string, string>> = {
    has: "has(x.field)",
    money: 'money(500, "EUR")',
    min: "min(a, b)",
    max: "max(a, b)",
  };
  if (Object.hasOwn(textMethods, name)) return `text.${name}(…)`;
  if (Object.hasOwn(timeParts, name)) return `now.${name}("Europe/Berlin")`;
  return examples[name] ?? (Object.hasOwn(conversions, name) ? `${name}(x)` : `list.${name}(x, …)`);
}
