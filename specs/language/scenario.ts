// The normalised form of `kind: Scenario`: calls of tools, and what must follow from each.
import type { JsonObject } from "../json.ts";
import type { ValueTemplate } from "./flow.ts";

/** Who calls. Each part may hold expressions. */
export interface ScenarioCaller {
  readonly subject?: string;
  readonly roles: readonly string[];
  /** Other claims of the token. */
  readonly claims: JsonObject;
}

/** A row that exists before the first step; expressions read it as `given.<id>`. */
export interface GivenRow {
  readonly id?: string;
  readonly entity: string;
  readonly values: Readonly<Record<string, ValueTemplate>>;
}

/** How a provider's stand-in answers a request. */
export interface ProviderReply {
  /** `POST /cleanings`, `*` at the end for any ending; every request without it. */
  readonly request?: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: ValueTemplate;
  readonly fails?: "timeout" | "reset";
}

/** Replies by provider, or by host for calls without one. */
export type ProviderReplies = Readonly<Record<string, readonly ProviderReply[]>>;

/** How a webhook's delivery differs from a sound one. */
export interface ScenarioDelivery {
  readonly id?: string;
  readonly signature: "valid" | "wrong" | "missing";
  readonly sentAt?: string;
}

/** Rows as they must be after a step. */
export interface ExpectedRows {
  readonly entity: string;
  readonly where: ValueTemplate;
  readonly values?: ValueTemplate;
  readonly count?: number;
  readonly deleted: boolean;
}

/** What must follow from a step. Templates may hold matchers: texts such as `$uuid`, objects such as `{ $matches: "..." }`. */
export interface ScenarioExpectation {
  /** A status or a matcher; without it and without `problem` the call must succeed. */
  readonly status?: ValueTemplate;
  readonly problem?: string;
  readonly body?: ValueTemplate;
  readonly headers?: ValueTemplate;
  readonly writes: readonly ExpectedRows[];
  readonly audit?: ValueTemplate;
  readonly calls?: readonly ValueTemplate[];
}

export interface ScenarioStep {
  /** Later steps read the answer as `steps.<id>`. */
  readonly id?: string;
  readonly name?: string;
  readonly tool: string;
  /** An instant, or `+2h`. */
  readonly at?: string;
  /** Absent: nobody signs in. */
  readonly caller?: ScenarioCaller;
  readonly input: Readonly<Record<string, ValueTemplate>>;
  readonly headers: Readonly<Record<string, ValueTemplate>>;
  readonly idempotencyKey?: ValueTemplate;
  readonly delivery: ScenarioDelivery;
  readonly providers: ProviderReplies;
  readonly expect: ScenarioExpectation;
}

/** A test of a business rule; outside the bundle and its digest. Its places stand in the source map below `scenario/NAME`. */
export interface Scenario {
  readonly name: string;
  readonly description?: string;
  readonly why?: string;
  /** RFC 3339 in UTC: the clock at the first step. */
  readonly now: string;
  readonly given: readonly GivenRow[];
  readonly providers: ProviderReplies;
  readonly steps: readonly ScenarioStep[];
}
