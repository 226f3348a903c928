import { ExecutionError } from "../../errors/execution-error.ts";
import type { Money, PaymentRequest } from "../payment-provider.ts";
import { toStripe } from "./amounts.ts";

/** A request of Stripe's API: a path below `/v1/` and the fields of its form. */
export interface StripeRequest {
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The name under which metadata carries a request's key, to find its effect by. */
export const keyField = "lintel_key";

/** Charges answer at once or fail: nobody is there to follow a redirect or to answer a bank's question. */
const chargeFields = {
  confirm: "true",
  error_on_requires_action: "true",
  "automatic_payment_methods[enabled]": "true",
  "automatic_payment_methods[allow_redirects]": "never",
} as const;

/** @throws ExecutionError invalid-value */
export function stripeRequest(request: PaymentRequest, key: string): StripeRequest {
  const { operation, customer, method } = request;
  const metadata = Object.entries({ ...request.metadata, [keyField]: key });
  const shared = Object.fromEntries(metadata.map(([name, value]) => [`metadata[${name}]`, value]));
  const amount = request.amount === undefined ? undefined : stripeAmount(request.amount);
  switch (operation) {
    case "charge":
    case "authorize":
      return {
        path: "payment_intents",
        fields: {
          ...(amount === undefined ? {} : { amount: String(amount.amount), currency: amount.currency }),
          ...chargeFields,
          ...(operation === "authorize" ? { capture_method: "manual" } : {}),
          ...(customer === undefined ? {} : { customer }),
          ...(method === undefined ? {} : { payment_method: method }),
          ...shared,
        },
      };
    case "refund":
      return {
        path: "refunds",
        fields: { ...refunded(chargeOf(request.charge)), ...part("amount", amount), ...shared },
      };
    case "capture":
      return {
        path: `payment_intents/${encodeURIComponent(chargeOf(request.charge))}/capture`,
        fields: part("amount_to_capture", amount),
      };
    case "cancel":
      return { path: `payment_intents/${encodeURIComponent(chargeOf(request.charge))}/cancel`, fields: {} };
  }
}

/** The id of a charge, which becomes part of a path. @throws ExecutionError invalid-value */
export function chargeOf(charge: string | undefined): string {
  if (charge !== undefined && /^[A-Za-z0-9_]{1,255}$/u.test(charge)) return charge;
  throw new ExecutionError("invalid-value", { detail: "the charge is no id of the payment provider" });
}

/** Charges of Stripe's older API have ids of their own kind. */
function refunded(charge: string): StripeRequest["fields"] {
  return charge.startsWith("ch_") ? { charge } : { payment_intent: charge };
}

function part(name: string, amount: Money | undefined): StripeRequest["fields"] {
  return amount === undefined ? {} : { [name]: String(amount.amount) };
}

function stripeAmount(money: Money): Money {
  const amount = toStripe(money);
  if (amount !== undefined) return amount;
  const detail = "the amount cannot be paid: it is not above zero, or finer than the payment provider's units";
  throw new ExecutionError("invalid-value", { detail });
}
