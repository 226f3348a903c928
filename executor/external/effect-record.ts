import type { JsonValue } from "@lintel/specs";
import type { FlowRun } from "../flow/flow-run.ts";

/** What became of an external call with side effects; kept in `lintel.effects`. */
export interface EffectRecord {
  readonly node: string;
  state: "started" | "succeeded" | "failed" | "unknown" | "compensated";
  attempts: number;
  result: JsonValue;
  errorCode: string | null;
  /** Still to be written, in the transaction of what depends on it. */
  isPending: boolean;
  /** Undoes the effect. */
  readonly compensate: ((run: FlowRun) => Promise<void>) | undefined;
}
