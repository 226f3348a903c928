import type { JsonObject, JsonValue } from "@lintel/specs";
import type { ErrorCode } from "../errors/catalogue.ts";
import { ExecutionError } from "../errors/execution-error.ts";

/**
 * What a step of a flow left: a segment with a transaction of its own, or a call to another service. Flows are deterministic but for
 * these, so an execution that is begun again and is given them comes to where it was.
 */
export type StepOutcome =
  | { readonly type: "segment"; readonly changes: SegmentChanges }
  | { readonly type: "call"; readonly result: JsonValue }
  | { readonly type: "failed"; readonly error: RecordedError };

/** What a segment changed in its flow. */
export interface SegmentChanges {
  readonly results: JsonObject;
  readonly failed: readonly string[];
  /** Versions by entity and id. */
  readonly seen: readonly (readonly [row: string, version: number])[];
  /** How many ids were drawn by its end. */
  readonly position: number;
  readonly isCommitted: boolean;
}

export interface RecordedError {
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly node?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function recordedError({ code, detail, node, headers }: ExecutionError): RecordedError {
  return {
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(node === undefined ? {} : { node }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
  };
}

export function thrownError({ code, ...details }: RecordedError): ExecutionError {
  return new ExecutionError(code, details);
}
