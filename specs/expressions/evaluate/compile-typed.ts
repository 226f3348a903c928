// Decision: one closure per node, made once; no `new Function`, and patterns run by RE2, in linear time.
import { RE2JS } from "re2js";
import { isJsonObject, type JsonValue } from "../../json.ts";
import type { FunctionName, Typed } from "../check/typed-expression.ts";
import { compileMacro } from "./compile-macro.ts";
import { conversionFunctions } from "./conversion-functions.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { burn } from "./fuel.ts";
import { numberFunctions } from "./number-functions.ts";
import type { Operation } from "./operation.ts";
import { readBoolean, readList, readNumber, readText } from "./read-value.ts";
import { isEqual, isOrdered, orders } from "./relations.ts";
import type { Frame, Step } from "./step.ts";
import { textFunctions } from "./text-functions.ts";
import { timeFunctions, zonedDate } from "./time-functions.ts";
import { timePartFunctions, zonedPart } from "./time-parts.ts";

const functions: Readonly<Record<Exclude<FunctionName, "instantToDate" | "instantPart">, Operation>> = {
  ...numberFunctions,
  ...timeFunctions,
  ...timePartFunctions,
  ...textFunctions,
  ...conversionFunctions,
};

/** The closure of a checked expression; each run of a node burns one step. */
export function compileTyped(typed: Typed): Step {
  const step = build(typed);
  return (frame) => {
    burn(frame.fuel, 1);
    return step(frame);
  };
}

function build(typed: Typed): Step {
  switch (typed.type) {
    case "constant":
      return () => typed.value;
    case "root":
      return (frame) => readField(frame.context, typed.name);
    case "variable":
      return (frame) => frame.variables[typed.slot] ?? null;
    case "field": {
      const operand = compileTyped(typed.operand);
      return (frame) => readField(operand(frame), typed.field);
    }
    case "isNull": {
      const operand = compileTyped(typed.operand);
      return (frame) => (operand(frame) === null) !== typed.negated;
    }
    case "not": {
      const operand = compileTyped(typed.operand);
      return (frame) => !readBoolean(operand(frame));
    }
    case "and":
    case "or":
      return logic(typed.type === "and", compileTyped(typed.left), compileTyped(typed.right));
    case "conditional":
      return conditional(compileTyped(typed.condition), compileTyped(typed.then), compileTyped(typed.else));
    case "macro":
      return compileMacro(typed, compileTyped);
    default:
      return buildOperation(typed);
  }
}

type Operator = Extract<
  Typed,
  { type: "element" | "equal" | "compare" | "memberOf" | "call" | "extreme" | "matches" | "list" | "object" }
>;

function buildOperation(typed: Operator): Step {
  switch (typed.type) {
    case "element":
      return element(compileTyped(typed.operand), compileTyped(typed.index));
    case "equal": {
      const [left, right] = [compileTyped(typed.left), compileTyped(typed.right)];
      return (frame) => isEqual(typed.by, left(frame), right(frame), frame.fuel) !== typed.negated;
    }
    case "compare": {
      const [left, right] = [compileTyped(typed.left), compileTyped(typed.right)];
      return (frame) => isOrdered(typed.operator, typed.by, left(frame), right(frame));
    }
    case "memberOf":
      return memberOf(typed);
    case "call": {
      const operation = operationOf(typed);
      const args = typed.args.map(compileTyped);
      return (frame) =>
        operation(
          args.map((arg) => arg(frame)),
          frame.fuel,
        );
    }
    case "extreme":
      return extreme(typed);
    case "matches":
      return matches(compileTyped(typed.operand), typed.pattern);
    case "list": {
      const elements = typed.elements.map(compileTyped);
      return (frame) => elements.map((value) => value(frame));
    }
    case "object": {
      const entries = typed.entries.map(({ key, value }) => [key, compileTyped(value)] as const);
      return (frame) => Object.fromEntries(entries.map(([key, value]) => [key, value(frame)]));
    }
  }
}

function operationOf({ function: name, args }: Extract<Typed, { type: "call" }>): Operation {
  if (name === "instantToDate") return zonedDate(zoneOf(args));
  if (name === "instantPart") return zonedPart(zoneOf(args));
  return functions[name];
}

/** The zone is the last argument, a constant. */
function zoneOf(args: readonly Typed[]): string {
  const zone = args.at(-1);
  return zone?.type === "constant" && typeof zone.value === "string" ? zone.value : "UTC";
}

/** Own properties only, so that `__proto__` and `constructor` are just missing. */
function readField(value: JsonValue, field: string): JsonValue {
  return isJsonObject(value) && Object.hasOwn(value, field) ? (value[field] ?? null) : null;
}

function logic(isAnd: boolean, left: Step, right: Step): Step {
  return (frame) => (readBoolean(left(frame)) === isAnd ? readBoolean(right(frame)) : !isAnd);
}

function conditional(condition: Step, then: Step, other: Step): Step {
  return (frame) => (readBoolean(condition(frame)) ? then(frame) : other(frame));
}

function element(operand: Step, index: Step): Step {
  return (frame) => {
    const [value, at] = [operand(frame), index(frame)];
    if (typeof at === "string") return readField(value, at);
    const found = readList(value)[readNumber(at)];
    if (found === undefined) throw new EvaluationError("no-such-value", "the list has no element of this index");
    return found;
  };
}

function memberOf({ by, left, list }: Extract<Typed, { type: "memberOf" }>): Step {
  const [value, values] = [compileTyped(left), compileTyped(list)];
  return (frame) => {
    const wanted = value(frame);
    return readList(values(frame)).some((candidate) => {
      burn(frame.fuel, 1);
      return isEqual(by, wanted, candidate, frame.fuel);
    });
  };
}

function extreme({ pick, by, args }: Extract<Typed, { type: "extreme" }>): Step {
  const steps = args.map(compileTyped);
  const isBetter = (order: number): boolean => (pick === "least" ? order < 0 : order > 0);
  return (frame) =>
    steps.map((step) => step(frame)).reduce((best, value) => (isBetter(orders[by](value, best)) ? value : best));
}

function matches(operand: Step, pattern: string): Step {
  const compiled = RE2JS.compile(pattern);
  return (frame: Frame) => {
    const text = readText(operand(frame));
    // Linear in both: a step per hundred characters and ten characters of pattern.
    burn(frame.fuel, Math.ceil(text.length / 100) * Math.ceil((pattern.length + 1) / 10));
    return compiled.matcher(text).find();
  };
}
