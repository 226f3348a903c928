// Where Stripe's smallest units are not those of ISO 4217 (docs.stripe.com/currencies, "Special cases" and "Zero-decimal").
import type { Money } from "../payment-provider.ts";

/** Stripe's units in one of ISO's. */
const units: ReadonlyMap<string, number> = new Map([
  ["ISK", 100],
  ["UGX", 100],
  ["MGA", 1 / 100],
]);

/** Currencies of three decimals, of which Stripe takes tens only ("Three-decimal currencies"). */
const thousandths: ReadonlySet<string> = new Set(["BHD", "JOD", "KWD", "OMR", "TND"]);

/** An amount as Stripe counts it; undefined where it has none: not above zero, or finer than its units. */
export function toStripe({ amount, currency }: Money): Money | undefined {
  const factor = units.get(currency) ?? 1;
  const counted = factor < 1 ? amount / Math.round(1 / factor) : amount * factor;
  const isCountable = Number.isSafeInteger(counted) && !(thousandths.has(currency) && counted % 10 !== 0);
  return isCountable && counted > 0 ? { amount: counted, currency: currency.toLowerCase() } : undefined;
}

export function fromStripe(amount: number, currency: string): Money {
  const name = currency.toUpperCase();
  return { amount: Math.round(amount / (units.get(name) ?? 1)), currency: name };
}
