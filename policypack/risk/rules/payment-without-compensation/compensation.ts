import { type JsonValue, type PaymentNode, referencedNodes } from "@lintel/specs";

const taking: Readonly<Record<PaymentNode["operation"], boolean>> = {
  charge: true,
  capture: true,
  refund: false,
  cancel: false,
};

/** Whether the operation moves money to the merchant, so that something must be able to move it back. */
export function takesMoney({ operation }: PaymentNode): boolean {
  return taking[operation];
}

/** Whether its `compensate` gives back this very payment. */
export function isCompensated({ id, compensate }: PaymentNode): boolean {
  if (compensate === undefined) return false;
  const isUndone = compensate["operation"] === "refund" || compensate["operation"] === "cancel";
  return isUndone && (compensate["charge"] === undefined || reads(compensate["charge"], id));
}

function reads(template: JsonValue, id: string): boolean {
  return referencedNodes({ type: "template", path: "compensate/charge", template }).includes(id);
}
