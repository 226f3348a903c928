type Reason =
  /** The provider's rate limit, held here, leaves no turn in time. */
  | "limited"
  /** The provider kept failing and is left alone for a while. */
  | "suspended"
  /** Its host leads to an address that no call may reach. */
  | "forbidden"
  | "refused"
  | "timeout"
  | "connection"
  | "status"
  | "answer"
  /** The provider still works on the same request. */
  | "busy"
  /** The provider has nothing booked under the request's key. */
  | "absent"
  /** The provider has looked at the request and said no. */
  | "declined";

interface Details {
  readonly status?: number | undefined;
  /** Milliseconds that the service asks to wait. */
  readonly retryAfter?: number | undefined;
  /** For the client: never the service's own text. */
  readonly detail?: string | undefined;
  readonly cause?: unknown;
}

/**
 * A call without a usable answer. `none`: the request had no effect for certain; `unknown`: it may have had one.
 */
export class CallFailure extends Error {
  override readonly name = "CallFailure";
  readonly effect: "none" | "unknown";
  readonly reason: Reason;
  readonly status: number | undefined;
  /** Milliseconds that the service asks to wait. */
  readonly retryAfter: number | undefined;
  readonly detail: string | undefined;

  constructor(effect: CallFailure["effect"], reason: Reason, details: Details = {}) {
    super(`the call failed: ${reason}${details.status === undefined ? "" : ` ${details.status}`}`, {
      cause: details.cause,
    });
    this.effect = effect;
    this.reason = reason;
    this.status = details.status;
    this.retryAfter = details.retryAfter;
    this.detail = details.detail;
  }

  /** The same failure of a call that an earlier attempt may have brought about. */
  asUnknown(): CallFailure {
    return new CallFailure("unknown", this.reason, this);
  }
}
