import { isJsonObject, type JsonValue } from "@lintel/specs";
import { CallFailure } from "../../external/call-failure.ts";
import type { HttpAnswer } from "../../external/http-request.ts";
import type { PaymentReceipt, PaymentRequest } from "../payment-provider.ts";
import { fromStripe } from "./amounts.ts";

/** States in which an operation has had its effect, or will have it without anybody's doing. */
const done: Readonly<Record<PaymentRequest["operation"], ReadonlySet<string>>> = {
  charge: new Set(["succeeded", "processing", "requires_capture"]),
  authorize: new Set(["requires_capture"]),
  refund: new Set(["succeeded", "pending"]),
  capture: new Set(["succeeded", "processing"]),
  cancel: new Set(["canceled"]),
};

/** Reads an answer of 200. @throws CallFailure declined for a state without effect; answer for what is no answer of Stripe's */
export function receiptOf(operation: PaymentRequest["operation"], body: JsonValue): PaymentReceipt {
  const receipt = readReceipt(operation, body);
  if (receipt === undefined) throw new CallFailure("unknown", "answer");
  if (done[operation].has(receipt.status)) return receipt;
  throw new CallFailure("none", "declined", { detail: `was declined: the ${operation} is ${word(receipt.status)}` });
}

function readReceipt(operation: PaymentRequest["operation"], body: JsonValue): PaymentReceipt | undefined {
  if (!isJsonObject(body)) return undefined;
  const { id, status, amount, currency } = body;
  if (typeof id !== "string" || typeof status !== "string") return undefined;
  if (typeof amount !== "number" || typeof currency !== "string") return undefined;
  // A capture may take less than was held.
  const received = operation === "capture" ? body["amount_received"] : undefined;
  return { id, status, amount: fromStripe(typeof received === "number" ? received : amount, currency) };
}

/** Whether a state says that the operation has had its effect. */
export function isDone(operation: PaymentRequest["operation"], body: JsonValue): boolean {
  return isJsonObject(body) && typeof body["status"] === "string" && done[operation].has(body["status"]);
}

/** Codes that would tell a thief that the card is known as stolen (docs.stripe.com/declines/codes). */
const untold: ReadonlySet<string> = new Set([
  "fraudulent",
  "lost_card",
  "merchant_blacklist",
  "pickup_card",
  "restricted_card",
  "security_violation",
  "stolen_card",
]);

/** What an error means (docs.stripe.com/api/errors, docs.stripe.com/error-low-level); of its text only codes are kept. */
export function explain({ status, body }: HttpAnswer, failure: CallFailure): CallFailure {
  const error = isJsonObject(body) && isJsonObject(body["error"]) ? body["error"] : {};
  // Another request with this key is under way, which may be an earlier attempt of this one.
  if (status === 409) return new CallFailure("unknown", "busy", failure);
  if (status === 402) {
    const code = word(error["decline_code"] ?? error["code"] ?? "");
    const told = untold.has(code) ? "generic_decline" : code;
    return new CallFailure("none", "declined", { status, detail: `was declined: ${told || "generic_decline"}` });
  }
  if (status !== 400 && status !== 404) return failure;
  // The key stands for another request, which may have been carried out.
  if (error["type"] === "idempotency_error") return new CallFailure("unknown", "answer", { status });
  const code = word(error["code"] ?? "");
  const detail = `was refused (status ${String(status)}${code === "" ? "" : `, ${code}`})`;
  return new CallFailure("none", "declined", { status, detail });
}

function word(value: JsonValue): string {
  return typeof value === "string" && /^[a-z0-9_]{1,64}$/u.test(value) ? value : "";
}
