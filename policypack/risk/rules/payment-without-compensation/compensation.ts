import { type Expression, type JsonObject, type PaymentNode, parseExpression, splitTemplate } from "@lintel/specs";

const taking: Readonly<Record<PaymentNode["operation"], boolean>> = {
  charge: true,
  authorize: true,
  capture: true,
  refund: false,
  cancel: false,
};

/** Whether the operation moves money to the merchant, or holds it, so that something must be able to give it back. */
export function takesMoney({ operation }: PaymentNode): boolean {
  return taking[operation];
}

/** Whether its `compensate` gives back this very payment, and all of it. */
export function isCompensated({ id, operation, compensate }: PaymentNode): boolean {
  if (compensate === undefined) return false;
  return undoes({ charge: `\${nodes.${id}.id}`, ...compensate }, { id, operation });
}

/** Whether a later payment node gives back the payment, and all of it. */
export function givesBackPayment(node: PaymentNode, payment: PaymentNode): boolean {
  return node.provider === payment.provider && undoes(node as unknown as JsonObject, payment);
}

/** A refund or cancellation of the whole of `nodes.<id>.id`, and of nothing that only looks like it. What is only held cannot be refunded. */
function undoes(
  { operation, charge, amount }: JsonObject,
  { id, operation: undone }: Pick<PaymentNode, "id" | "operation">,
): boolean {
  const isUndoing = operation === "cancel" || (operation === "refund" && undone !== "authorize");
  if (!isUndoing || amount !== undefined || typeof charge !== "string") return false;
  const [only, ...others] = splitTemplate(charge);
  return others.length === 0 && only?.type === "expression" && isIdOf(parseExpression(only.source), id);
}

function isIdOf(expression: Expression, id: string): boolean {
  if (expression.type !== "select" || expression.field !== "id") return false;
  const { operand } = expression;
  if (operand.type !== "select" || operand.field !== id) return false;
  return operand.operand.type === "name" && operand.operand.name === "nodes";
}
