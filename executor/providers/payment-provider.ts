// Decision: docs/decisions/0016-what-a-lost-answer-means.md
import type { JsonObject } from "@lintel/specs";

/** Minor units as ISO 4217 has them. */
export interface Money extends JsonObject {
  readonly amount: number;
  readonly currency: string;
}

/** What a payment provider is asked to do. */
export interface PaymentRequest {
  readonly operation: "charge" | "authorize" | "refund" | "capture" | "cancel";
  /** Minor units as ISO 4217 has them; always there for a charge and an authorization, else the whole of it. */
  readonly amount: Money | undefined;
  /** The charge that another operation is about. */
  readonly charge: string | undefined;
  readonly customer: string | undefined;
  /** How the customer pays, by the provider's id; the customer's own default otherwise. */
  readonly method: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What a provider has done; the result of a `payment` node. */
export interface PaymentReceipt extends JsonObject {
  readonly id: string;
  readonly status: string;
  readonly amount: Money;
}

/** A payment provider's API, of which each key has one effect at most. */
export interface PaymentProviderApi {
  /** The same key always stands for the same request. @throws ExecutionError invalid-value for what the provider could not take */
  prepare(request: PaymentRequest, key: string): PreparedPayment;
}

/** A request that can be sent again and again, to one effect. Timeouts are milliseconds. */
export interface PreparedPayment {
  /** @throws CallFailure */
  send(timeout: number): Promise<PaymentReceipt>;
  /**
   * What became of the request, where it has ended at the provider without a usable answer; undefined: it had no effect. `since`
   * is an instant before it was sent, milliseconds since 1970.
   * @throws CallFailure
   */
  lookUp(since: number, timeout: number): Promise<PaymentReceipt | undefined>;
}
