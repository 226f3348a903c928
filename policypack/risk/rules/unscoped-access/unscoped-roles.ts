import { type Entity, type Expression, ExpressionError, type Tool, type Where } from "@lintel/specs";
import { conditionTree } from "../../where/condition-tree.ts";
import { conjunctsOf, readsRow } from "../../where/expression-parts.ts";

/**
 * The roles of the tool that reach every owner's rows although the entity says so nowhere: neither is their access bound by its
 * ownership, nor does its crud let them at existing rows. Webhooks and schedules act for nobody.
 */
export function unscopedRoles({ ownership, crud }: Entity, { authorize }: Tool): readonly string[] | "anybody" {
  if (authorize.type === "public") return "anybody";
  if (authorize.type !== "roles" || ownership === undefined) return [];
  const { read = [], list = [], update = [], delete: remove = [] } = crud;
  const declared = new Set([...ownership.roles, ...read, ...list, ...update, ...remove]);
  return authorize.roles.filter((role) => !declared.has(role)).sort();
}

/** Whether the where holds the row to something of the caller's: `this.customer.subject == caller.subject`. */
export function comparesToCaller(where: Where | undefined): boolean {
  try {
    return conjunctsOf(conditionTree(where)).some(isOfCaller);
  } catch (error) {
    if (error instanceof ExpressionError) return false; // it cannot be compiled, so it never runs
    throw error;
  }
}

function isOfCaller(condition: Expression): boolean {
  if (condition.type !== "binary" || condition.operator !== "==") return false;
  const { left, right } = condition;
  return (readsRow(left) && isCallers(right)) || (readsRow(right) && isCallers(left));
}

/** A member of the caller, as it is or as another type: what is chosen or compared may be something else. */
function isCallers(expression: Expression): boolean {
  if (expression.type === "call") {
    const of = expression.target ?? expression.args[0];
    return of !== undefined && isCallers(of);
  }
  if (expression.type !== "select" || expression.field === "roles") return false;
  return (expression.operand.type === "name" && expression.operand.name === "caller") || isCallers(expression.operand);
}
