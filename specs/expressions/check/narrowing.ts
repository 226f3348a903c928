// Decision: only access paths (`a.b.c`) are narrowed, because only they mean the same value at both places.
import type { Expression } from "../expression.ts";

/** The key of an access path, undefined for any other expression. */
export function pathOf(expression: Expression): string | undefined {
  const names = namesOf(expression);
  return names === undefined ? undefined : JSON.stringify(names);
}

function namesOf(expression: Expression): readonly string[] | undefined {
  if (expression.type === "name") return [expression.name];
  if (expression.type !== "select") return undefined;
  const before = namesOf(expression.operand);
  return before === undefined ? undefined : [...before, expression.field];
}

/** The paths that are not null when the condition's value is `outcome`. */
export function presentWhen(condition: Expression, outcome: boolean): ReadonlySet<string> {
  switch (condition.type) {
    case "has":
      return outcome ? pathsOf({ ...condition, type: "select" }) : new Set();
    case "unary":
      return condition.operator === "!" ? presentWhen(condition.operand, !outcome) : new Set();
    case "binary":
      return presentInBinary(condition, outcome);
    default:
      return new Set();
  }
}

function presentInBinary(
  { operator, left, right }: Extract<Expression, { type: "binary" }>,
  outcome: boolean,
): ReadonlySet<string> {
  if (operator === "==" || operator === "!=") {
    if ((operator === "!=") !== outcome) return new Set();
    if (isNull(right)) return pathsOf(left);
    return isNull(left) ? pathsOf(right) : new Set();
  }
  if (operator !== "&&" && operator !== "||") return new Set();
  const first = presentWhen(left, outcome);
  const second = presentWhen(right, outcome);
  // `a && b` is true when both are, and false when either is.
  if ((operator === "&&") === outcome) return new Set([...first, ...second]);
  return new Set([...first].filter((path) => second.has(path)));
}

/** A path that is there means that what it goes through is there. */
function pathsOf(expression: Expression): ReadonlySet<string> {
  const names = namesOf(expression) ?? [];
  return new Set(names.map((_, index) => JSON.stringify(names.slice(0, index + 1))));
}

function isNull(expression: Expression): boolean {
  return expression.type === "literal" && expression.kind === "null";
}
