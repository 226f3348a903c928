import { type Expression, ExpressionError, type FlowNode, type JsonValue, parseExpression } from "@lintel/specs";
import type { FlowPart, RiskContext } from "../risk-context.ts";
import { textOf } from "../where/expression-parts.ts";

/**
 * Whether no execution can run both, because a condition on the way to one is the opposite of a condition on the way to the
 * other. Conditions inside a loop say nothing: the next turn may answer them differently.
 */
export function excludeEachOther(a: FlowPart, b: FlowPart, context: RiskContext): boolean {
  const left = guardsOf(a, context);
  if (left.length === 0) return false;
  const right = guardsOf(b, context);
  return left.some((one) => right.some((other) => areOpposites(one, other)));
}

/** What must hold for the part to run, as far as it stands in its own `when` and in the branches that it is in. */
function guardsOf(part: FlowPart, context: RiskContext): readonly Expression[] {
  const path = [...part.facts.within, part.node.id].flatMap((id) => context.byId.get(id) ?? []);
  return path
    .filter(({ facts }) => !facts.inLoop)
    .flatMap(({ node }, index) => [...ownGuard(node), ...branchGuards(node, path[index + 1]?.facts.branch)])
    .flatMap(conjuncts);
}

function ownGuard({ when }: FlowNode): readonly Expression[] {
  return when === undefined ? [] : parsed(when);
}

function branchGuards(node: FlowNode, branch: string | undefined): readonly Expression[] {
  if (branch === undefined) return [];
  if (node.type === "if") {
    const condition = parsed(node.condition);
    return branch === "then" ? condition : condition.map(not);
  }
  if (node.type !== "switch") return [];
  const [on] = parsed(node.on);
  if (on === undefined) return [];
  const at = node.cases.findIndex((_, index) => branch === `cases/${String(index)}/nodes`);
  const isCase = (equals: JsonValue): Expression => equal(on, equals);
  const taken = node.cases[at];
  return taken === undefined ? node.cases.map(({ equals }) => not(isCase(equals))) : [isCase(taken.equals)];
}

function parsed(source: string): readonly Expression[] {
  try {
    return [parseExpression(source)];
  } catch (error) {
    if (error instanceof ExpressionError) return []; // it cannot be compiled, so it never runs
    throw error;
  }
}

function not(operand: Expression): Expression {
  return { type: "unary", operator: "!", operand, offset: 0 };
}

function equal(left: Expression, value: JsonValue): Expression {
  const right = { type: "literal", kind: kindOf(value), value, offset: 0 } as Expression;
  return { type: "binary", operator: "==", left, right, offset: 0 };
}

function kindOf(value: JsonValue): string {
  if (value === null) return "null";
  if (typeof value !== "number") return typeof value;
  return Number.isSafeInteger(value) ? "integer" : "number";
}

/** `a && b` as `a`, `b`; `!(a || b)` as `!a`, `!b`; `!!a` as `a`. */
function conjuncts(expression: Expression): readonly Expression[] {
  if (expression.type === "binary" && expression.operator === "&&")
    return [...conjuncts(expression.left), ...conjuncts(expression.right)];
  if (expression.type !== "unary" || expression.operator !== "!") return [expression];
  const { operand } = expression;
  if (operand.type === "unary" && operand.operator === "!") return conjuncts(operand.operand);
  if (operand.type === "binary" && operand.operator === "||")
    return [...conjuncts(not(operand.left)), ...conjuncts(not(operand.right))];
  return [expression];
}

const opposite: Readonly<Record<string, string>> = {
  "==": "!=",
  "!=": "==",
  "<": ">=",
  ">=": "<",
  ">": "<=",
  "<=": ">",
};

function areOpposites(a: Expression, b: Expression): boolean {
  if (isNegationOf(a, b) || isNegationOf(b, a)) return true;
  if (a.type !== "binary" || b.type !== "binary" || textOf(a.left) !== textOf(b.left)) return false;
  if (opposite[a.operator] === b.operator) return textOf(a.right) === textOf(b.right);
  const areEqualities = a.operator === "==" && b.operator === "==";
  const areLiterals = a.right.type === "literal" && b.right.type === "literal";
  return areEqualities && areLiterals && a.right.kind === b.right.kind && a.right.value !== b.right.value;
}

function isNegationOf(a: Expression, b: Expression): boolean {
  return a.type === "unary" && a.operator === "!" && textOf(a.operand) === textOf(b);
}
