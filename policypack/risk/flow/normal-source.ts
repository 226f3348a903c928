// Decision: fingerprints hold expressions as printed from their trees, so that no white space or bracket in them kills an acceptance.
import {
  type Expression,
  ExpressionError,
  isJsonObject,
  type JsonValue,
  parseExpression,
  splitTemplate,
} from "@lintel/specs";
import { everyPart, textOf } from "../where/expression-parts.ts";
import { sourceOf } from "../where/source-of.ts";

/** The same text for every way to write a bare expression; what cannot be parsed never runs, and is itself. */
export function normalExpression(source: string): string {
  return orItself(source, () => printed(parseExpression(source)));
}

/** A template with each expression in it as `normalExpression` gives it. */
export function normalTemplate(value: JsonValue): JsonValue {
  if (typeof value === "string") return value.includes("${") ? orItself(value, () => normalText(value)) : value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(normalTemplate);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, normalTemplate(member)]));
}

function normalText(text: string): string {
  const parts = splitTemplate(text).map((part) =>
    part.type === "text" ? part.text.replaceAll("${", "$${") : `\${${printed(parseExpression(part.source))}}`,
  );
  return parts.join("");
}

/** `2.0` prints as `2` does, and divides otherwise. */
function printed(expression: Expression): string {
  const isAmbiguous = everyPart(expression).some(
    (part) => part.type === "literal" && part.kind === "number" && Number.isInteger(part.value),
  );
  return isAmbiguous ? textOf(expression) : sourceOf(expression);
}

function orItself(source: string, print: () => string): string {
  try {
    return print();
  } catch (error) {
    if (error instanceof ExpressionError) return source;
    throw error;
  }
}
