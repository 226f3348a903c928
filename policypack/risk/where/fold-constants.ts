// Decision: what reads nothing is run, by the evaluator that a call would use: no list of functions could say as much.
import { checkExpression, compileExpression, EvaluationError, type Expression, newFuel } from "@lintel/specs";
import { everyPart } from "./expression-parts.ts";
import { sourceOf } from "./source-of.ts";

const scope = { names: {} };

/** The expression as a literal, where it reads no name and gives a truth, a number, a text or a day; itself otherwise. */
export function folded(expression: Expression): Expression {
  if (expression.type === "literal" || !isClosed(expression)) return expression;
  const source = sourceOf(expression);
  const kind = checkExpression(source, scope).type?.kind;
  if (kind === undefined || !foldable.has(kind)) return expression;
  try {
    const value = compileExpression(source, scope)({}, newFuel());
    return literal(kind === "decimal" ? Number(value) : value) ?? expression;
  } catch (error) {
    if (error instanceof EvaluationError) return expression;
    throw error;
  }
}

const foldable: ReadonlySet<string> = new Set(["boolean", "integer", "number", "decimal", "string", "date", "uuid"]);

function isClosed(expression: Expression): boolean {
  const parts = everyPart(expression);
  const bound = new Set(parts.flatMap((part) => (part.type === "macro" ? [part.variable] : [])));
  return parts.every((part) => part.type !== "name" || bound.has(part.name));
}

function literal(value: unknown): Expression | undefined {
  if (typeof value === "boolean") return { type: "literal", kind: "boolean", value, offset: 0 };
  if (typeof value === "number") return { type: "literal", kind: "number", value, offset: 0 };
  return typeof value === "string" ? { type: "literal", kind: "string", value, offset: 0 } : undefined;
}
