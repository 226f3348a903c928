import type { JsonValue } from "@lintel/specs";
import type { FlowRun } from "../flow/flow-run.ts";

/** What became of an external call with side effects; kept in `lintel.effects`. */
export interface EffectRecord {
  /** Path of the node: its id, behind the loops around it. */
  readonly node: string;
  state: "started" | "succeeded" | "failed" | "unknown" | "compensated";
  attempts: number;
  result: JsonValue;
  errorCode: string | null;
  /** Still to be written, in the transaction of what depends on it. */
  isPending: boolean;
  /** The flow as it stood when the effect was noted, whatever a later round of a loop has left since. */
  seen: Pick<FlowRun, "results" | "item">;
  /** Undoes the effect. */
  readonly compensate: ((run: FlowRun, effect: EffectRecord) => Promise<void>) | undefined;
  /** The spec accepts that it may come twice. */
  readonly mayRepeat: boolean;
  /** Finds out what became of it where no answer came; absent where nobody can say. */
  readonly resolve: (() => Promise<Resolution>) | undefined;
}

/** What a provider says became of an effect. */
export type Resolution =
  | { readonly state: "succeeded"; readonly result: JsonValue }
  | { readonly state: "failed"; readonly errorCode: string };
