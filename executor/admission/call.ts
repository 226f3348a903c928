import type { JsonValue } from "@lintel/specs";
import type { Trace } from "../log/trace.ts";

/** Path and query parameters as text; repeated ones as a list. */
export type Parameters = Readonly<Record<string, string | readonly string[]>>;

/** What admission hands to the nine steps, whatever the trigger. */
export interface Call {
  readonly trigger: "http" | "webhook" | "schedule";
  readonly path: Parameters;
  readonly query: Parameters;
  /** Not looked at yet: reading it is part of step 1, so that what cannot be read has its audit record too. */
  readonly body: Buffer | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly authorization: string | undefined;
  readonly idempotencyKey: string | undefined;
  /** Webhooks and schedules: what tells that a delivery or a run has come before. */
  readonly deliveryIds: readonly string[];
  /** Where the call comes from; absent where nothing is limited by it. */
  readonly client?: string | undefined;
  readonly trace: Trace | undefined;
}

/** What the caller gets. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonValue;
}
