import type { Digest, JsonValue, SourcePosition } from "@lintel/specs";
import type { SeenAnswer } from "./lane.ts";

/** One thing that is not as expected. */
export interface Problem extends SourcePosition {
  /** What was looked at: `status`, `body.total.amount`, `writes[0]`, or a law such as `invariant`. */
  readonly subject: string;
  /** Absent where nothing was expected in particular. */
  readonly expected?: JsonValue;
  /** Absent: there is nothing. */
  readonly seen?: JsonValue;
  /** Says it in words, where expected and seen do not. */
  readonly message?: string;
}

/** The call as it was made. */
export interface ShownCall {
  readonly tool: string;
  readonly method: string;
  readonly path: string;
  readonly body: JsonValue;
  /** `anna (customer)`; `nobody`. */
  readonly caller: string;
  /** The clock, RFC 3339. */
  readonly now: string;
}

/** Why a scenario failed: the first step that did not go as expected. */
export interface ScenarioFailure extends SourcePosition {
  /** From 1; 0 where it failed before the first step. */
  readonly step: number;
  readonly title: string;
  readonly call?: ShownCall;
  readonly answer?: SeenAnswer;
  readonly problems: readonly Problem[];
  /** Warnings and errors that the executor logged. */
  readonly log: readonly string[];
}

export interface ScenarioResult extends SourcePosition {
  readonly name: string;
  readonly description?: string;
  /** Milliseconds. */
  readonly duration: number;
  readonly failure?: ScenarioFailure;
}

/** What `lintel test --format json` prints; `version` changes when its shape does. */
export interface TestReport {
  readonly version: 1;
  readonly workspace: string;
  /** Of the bundle under test. */
  readonly digest: Digest;
  readonly passed: number;
  readonly failed: number;
  readonly scenarios: readonly ScenarioResult[];
}
