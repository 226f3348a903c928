import type { Macro } from "../expression.ts";
import { anyJson, listOf, simple, type ValueType } from "../types/value-type.ts";
import { type Check, type CheckContext, fail, requirePresent, typeProblem } from "./check-context.ts";
import { presentWhen } from "./narrowing.ts";
import type { Typed } from "./typed-expression.ts";

/** `all`, `exists`, `exists_one`, `map` and `filter` over a list, or over json that must turn out to be one. */
export function checkMacro(macro: Macro, context: CheckContext, check: Check): Typed {
  const list = requirePresent(check(macro.list, context), `${macro.macro}()`);
  const element = elementOf(list, macro.macro);
  const slot = Object.keys(context.variables).length;
  const inner = withVariable(macro, { type: element, slot }, context);
  const predicate = macro.predicate === undefined ? undefined : condition(check(macro.predicate, inner), macro.macro);
  const known = macro.predicate === undefined ? new Set<string>() : presentWhen(macro.predicate, true);
  const body = check(macro.body, { ...inner, present: new Set([...inner.present, ...known]) });
  return {
    type: "macro",
    macro: macro.macro,
    list,
    slot,
    ...(predicate === undefined ? {} : { predicate }),
    body: macro.macro === "map" ? body : condition(body, macro.macro),
    valueType: resultOf(macro, element, body),
    offset: macro.offset,
  };
}

/** A boolean that is there; anything else is refused. */
export function condition(typed: Typed, what: string): Typed {
  const value = requirePresent(typed, what);
  if (value.valueType.kind === "boolean") return value;
  return typeProblem(what, [value.valueType], value.offset, "it must be true or false");
}

function elementOf(list: Typed, name: string): ValueType {
  if (list.valueType.kind === "list") return list.valueType.element;
  if (list.valueType.kind === "json") return anyJson;
  return typeProblem(`${name}()`, [list.valueType], list.offset, "it goes through a list");
}

function withVariable(macro: Macro, variable: { type: ValueType; slot: number }, context: CheckContext): CheckContext {
  const { scope, variables } = context;
  const name = macro.variable;
  if (Object.hasOwn(scope.names, name) || Object.hasOwn(variables, name)) {
    return fail("name-taken", `"${name}" is taken; choose another variable name`, macro.offset);
  }
  // A variable of the same name in an earlier macro was another value.
  const present = new Set([...context.present].filter((path) => (JSON.parse(path) as string[])[0] !== name));
  return { scope, variables: { ...variables, [name]: variable }, present };
}

function resultOf({ macro }: Macro, element: ValueType, body: Typed): ValueType {
  if (macro === "map") return listOf(body.valueType);
  return macro === "filter" ? listOf(element) : simple("boolean");
}
