import { isJsonObject, type JsonObject } from "../../json.ts";
import type { ValueTemplate } from "../../language/flow.ts";
import { suggestion } from "../../load/did-you-mean.ts";
import { ExpressionError, type ExpressionProblem } from "../expression-error.ts";
import type { Scope } from "../scopes/scope.ts";
import { splitTemplate, type TemplatePart } from "../split-template.ts";
import { joinTypes } from "../types/join-types.ts";
import {
  anyJson,
  describeType,
  enumOf,
  listOf,
  nullType,
  objectOf,
  simple,
  type ValueType,
  withoutNull,
} from "../types/value-type.ts";
import { assign, type JsonRule } from "./assign.ts";
import { fail, requirePresent } from "./check-context.ts";
import { problemOf, typeExpression } from "./check-expression.ts";
import { callOf } from "./coerce.ts";
import { textOf } from "./conversions.ts";
import type { Typed } from "./typed-expression.ts";

/** A problem at one text inside a template; its offset counts in that text. */
export interface TemplateProblem extends ExpressionProblem {
  /** Keys and indexes from the template's root to the text, joined by `/`; empty at the root. */
  readonly path: string;
}

export interface CheckedTemplate {
  readonly type?: ValueType;
  readonly problems: readonly TemplateProblem[];
}

/** What the template's value is called in messages, and what it must be. */
export interface Expectation {
  readonly type: ValueType;
  readonly name: string;
  /** `trust` where a schema checks the value when it is there, as a tool's output; `convert` by default. */
  readonly json?: JsonRule;
}

/** Type-checks every expression of a template, and its value against what is expected; reports each text's first problem. */
export function checkTemplate(template: ValueTemplate, scope: Scope, expects?: Expectation): CheckedTemplate {
  const { typed, problems } = typeTemplate(template, scope, expects);
  return typed === undefined ? { problems } : { type: typed.valueType, problems };
}

/** The checked tree of a template; absent where there are problems. */
export function typeTemplate(
  template: ValueTemplate,
  scope: Scope,
  expects?: Expectation,
): { readonly typed?: Typed; readonly problems: readonly TemplateProblem[] } {
  const problems: TemplateProblem[] = [];
  const typed = visit(template, expects, { scope, path: [], problems });
  return typed === undefined || problems.length > 0 ? { problems } : { typed, problems };
}

interface Place {
  readonly scope: Scope;
  readonly path: readonly string[];
  readonly problems: TemplateProblem[];
}

function visit(template: ValueTemplate, expects: Expectation | undefined, place: Place): Typed | undefined {
  if (Array.isArray(template)) return visitList(template as readonly ValueTemplate[], expects, place);
  if (isJsonObject(template)) return visitObject(template, expects, place);
  return attempt(place, () => {
    const typed =
      typeof template === "string" ? text(template, place.scope) : literal(template as null | boolean | number);
    return expects === undefined ? typed : assign(typed, expects.type, expects.name, expects.json);
  });
}

function literal(value: null | boolean | number): Typed {
  const kind = typeof value === "boolean" ? "boolean" : Number.isSafeInteger(value) ? "integer" : "number";
  return { type: "constant", value, valueType: value === null ? nullType : simple(kind), offset: 0 };
}

function text(source: string, scope: Scope): Typed {
  const parts = splitTemplate(source);
  const [only, second] = parts;
  if (only === undefined) return constantText("", 0);
  if (second === undefined) return typePart(only, scope);
  const texts = parts.map((part) => printed(typePart(part, scope)));
  return callOf("textConcatenate", texts, simple("string"), 0);
}

function typePart(part: TemplatePart, scope: Scope): Typed {
  if (part.type === "text") return constantText(part.text, part.offset);
  try {
    return shifted(typeExpression(part.source, scope), part.offset);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new ExpressionError({ ...problemOf(error), offset: error.offset + part.offset });
  }
}

function shifted(typed: Typed, by: number): Typed {
  return { ...typed, offset: typed.offset + by };
}

function constantText(value: string, offset: number): Typed {
  return { type: "constant", value, valueType: enumOf([value]), offset };
}

function printed(value: Typed): Typed {
  const present = requirePresent(value, "text around an expression");
  const hint = "string(…) converts json; a list or an object needs its fields named";
  return (
    textOf(present) ??
    fail("expression-type", `${describeType(present.valueType)} cannot be printed`, value.offset, hint)
  );
}

function visitList(
  template: readonly ValueTemplate[],
  expects: Expectation | undefined,
  place: Place,
): Typed | undefined {
  const wanted = expects === undefined ? undefined : withoutNull(expects.type);
  const inner =
    wanted?.kind === "list"
      ? { ...expects, type: wanted.element, name: `an element of ${expects?.name ?? ""}` }
      : undefined;
  const elements = template.map((element, index) => visit(element, inner, below(place, String(index))));
  const known = elements.filter((element) => element !== undefined);
  if (known.length < elements.length) return undefined;
  const element = known.map(({ valueType }) => valueType).reduce<ValueType | undefined>(join, undefined);
  const typed: Typed = {
    type: "list",
    elements: known,
    valueType: listOf(element ?? inner?.type ?? anyJson),
    offset: 0,
  };
  return attempt(place, () =>
    expects === undefined ? typed : assign(typed, expects.type, expects.name, expects.json),
  );
}

function join(all: ValueType | undefined, one: ValueType): ValueType {
  return all === undefined ? one : (joinTypes(all, one) ?? anyJson);
}

function visitObject(template: JsonObject, expects: Expectation | undefined, place: Place): Typed | undefined {
  const wanted = expects === undefined ? undefined : withoutNull(expects.type);
  const entries = Object.entries(template).map(([key, value]) => {
    const field =
      wanted === undefined || expects === undefined ? undefined : expectedField(wanted, key, expects, place);
    return { key, value: visit(value, field, below(place, key)) };
  });
  const known = entries.flatMap(({ key, value }) => (value === undefined ? [] : [{ key, value }]));
  if (known.length < entries.length) return undefined;
  const valueType = objectOf(Object.fromEntries(known.map(({ key, value }) => [key, value.valueType])));
  const typed: Typed = { type: "object", entries: known, valueType, offset: 0 };
  return attempt(place, () =>
    expects === undefined ? typed : assign(typed, expects.type, expects.name, expects.json),
  );
}

function expectedField(wanted: ValueType, key: string, expects: Expectation, place: Place): Expectation | undefined {
  if (wanted.kind === "money") {
    if (key === "amount") return { type: simple("integer"), name: '"amount"' };
    return key === "currency"
      ? { type: wanted.currency === undefined ? simple("string") : enumOf([wanted.currency]), name: '"currency"' }
      : undefined;
  }
  if (wanted.kind !== "object") return undefined;
  const type = Object.hasOwn(wanted.fields, key) ? wanted.fields[key] : undefined;
  if (type !== undefined) return { ...expects, type, name: `"${key}"` };
  if (wanted.isOpen) return undefined;
  const hint = suggestion(key, Object.keys(wanted.fields));
  const message = `${expects.name} has no "${key}"`;
  const path = [...place.path, key].join("/");
  place.problems.push({ code: "no-such-field", message, offset: 0, path, ...(hint === undefined ? {} : { hint }) });
  return undefined;
}

function below(place: Place, key: string): Place {
  return { ...place, path: [...place.path, key] };
}

function attempt(place: Place, build: () => Typed): Typed | undefined {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    place.problems.push({ ...problemOf(error), path: place.path.join("/") });
    return undefined;
  }
}
