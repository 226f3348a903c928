// The normalised form of `kind: Tool`.
import type { JsonSchema } from "../json.ts";
import type { Duration } from "./duration.ts";
import type { FlowNode, HttpMethod, ValueTemplate } from "./flow.ts";

export interface HttpTrigger {
  readonly type: "http";
  readonly method: HttpMethod;
  /** `/reservations/{id}/confirm`: a parameter is a property of the input, as are query parameters (GET, DELETE) or body properties. */
  readonly path: string;
}

export interface WebhookSignature {
  /** `hmac-sha256`: hex or base64 HMAC of `<timestamp>.<raw body>` when a timestamp header is named, else of the raw body. */
  readonly scheme: "hmac-sha256" | "stripe";
  readonly header: string;
  /** Text before the signature in the header, such as `sha256=`. */
  readonly prefix: string;
  readonly encoding: "hex" | "base64";
  readonly timestampHeader?: string;
  /** Name of the secret that holds the key. */
  readonly secret: string;
  readonly tolerance: Duration;
}

export interface WebhookTrigger {
  readonly type: "webhook";
  readonly path: string;
  readonly signature: WebhookSignature;
  /** A delivery with the same id (header, else the body's digest) within this time is answered from the first one. */
  readonly replayWindow: Duration;
  readonly idHeader?: string;
}

export interface ScheduleTrigger {
  readonly type: "schedule";
  /** unix-cron, five fields, as Cloud Scheduler takes it. */
  readonly cron: string;
  /** IANA time zone. */
  readonly timeZone: string;
}

export type Trigger = HttpTrigger | WebhookTrigger | ScheduleTrigger;

/** `roles`: any of them; `public`: anyone; `signature` and `oidc` follow from webhook and schedule triggers. */
export type Authorization =
  | { readonly type: "roles"; readonly roles: readonly string[] }
  | { readonly type: "public" }
  | { readonly type: "signature" }
  | { readonly type: "oidc" };

export type Concurrency = "optimistic" | "pessimistic" | "serializable";

export interface Tool {
  readonly name: string;
  readonly description?: string;
  /** Semantic version of the tool's contract. */
  readonly version: string;
  readonly deprecated: boolean;
  /** Date (YYYY-MM-DD) after which the tool may be removed; answered in the Sunset header (RFC 8594). */
  readonly sunset?: string;
  /** `crud`: generated from an entity's `crud:`. */
  readonly origin: "file" | "crud";
  readonly trigger: Trigger;
  readonly authorize: Authorization;
  readonly concurrency: Concurrency;
  readonly idempotency: "required" | "optional" | "none";
  readonly input: JsonSchema;
  readonly output: JsonSchema;
  readonly flow: readonly FlowNode[];
  readonly respond: ValueTemplate;
  /** HTTP status of a success; 201 for generated creates, else 200. */
  readonly status: number;
}
