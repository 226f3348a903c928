// Decision: nothing but plain equality of the owner with the claim counts: whatever is worked out of the two may hold for every row.
import { type Entity, type Expression, ExpressionError, type Where } from "@lintel/specs";
import { conditionTree } from "../../where/condition-tree.ts";
import { conjunctsOf } from "../../where/expression-parts.ts";

type Ownership = NonNullable<Entity["ownership"]>;

/** Whether the where holds the row to its owner as the ownership would: `this.customer.subject == caller.subject`. */
export function isHeldToCaller(where: Where | undefined, ownership: Ownership): boolean {
  try {
    return conjunctsOf(conditionTree(where)).some((condition) => isOwnership(condition, ownership));
  } catch (error) {
    if (error instanceof ExpressionError) return false; // it cannot be compiled, so it never runs
    throw error;
  }
}

function isOwnership(condition: Expression, { via, claim }: Ownership): boolean {
  if (condition.type !== "binary" || condition.operator !== "==") return false;
  const paths = [pathOf(condition.left), pathOf(condition.right)];
  const claims = [`caller.claims.${claim}`, ...(claim === "sub" ? ["caller.subject"] : [])];
  return (
    paths.includes(["this", ...via].join(".")) && paths.some((path) => path !== undefined && claims.includes(path))
  );
}

/** Functions that give each value one of its own. */
const conversions: ReadonlySet<string> = new Set(["string", "uuid"]);

/** `name.member.member`, also as another type; undefined for whatever is more than that. */
function pathOf(expression: Expression): string | undefined {
  if (expression.type === "name") return expression.name;
  if (expression.type === "call" && conversions.has(expression.name)) {
    const [only, ...others] = [...(expression.target === undefined ? [] : [expression.target]), ...expression.args];
    return only === undefined || others.length > 0 ? undefined : pathOf(only);
  }
  if (expression.type !== "select") return undefined;
  const path = pathOf(expression.operand);
  return path === undefined ? undefined : `${path}.${expression.field}`;
}
