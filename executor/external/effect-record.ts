import type { JsonValue } from "@lintel/specs";
import type { FlowRun } from "../flow/flow-run.ts";

/** How a node's effect is undone, found out about and repeated. */
export interface EffectPlan {
  /** Undoes the effect. */
  readonly compensate?: ((run: FlowRun, effect: EffectRecord) => Promise<void>) | undefined;
  /** Finds out what became of it where no answer came; absent where nobody can say. */
  readonly resolve?: (() => Promise<Resolution>) | undefined;
  /** The spec accepts that it may come twice. */
  readonly mayRepeat?: boolean;
  /** A call whose answer is not known may be sent again: the service honours its key, or the spec accepts that it comes twice. */
  readonly isRepeatable: boolean;
}

/** What became of an external call with side effects; kept in `lintel.effects`, what was answered among the steps of the journal. */
export interface EffectRecord extends EffectPlan {
  /** Path of the node: its id, behind the loops around it. */
  readonly node: string;
  state: "started" | "succeeded" | "failed" | "unknown" | "compensated";
  attempts: number;
  errorCode: string | null;
  /** Still to be written, in the transaction of what depends on it. */
  isPending: boolean;
  /** The flow as it stood when the effect was noted, whatever a later round of a loop has left since. */
  seen: Pick<FlowRun, "results" | "item">;
  readonly mayRepeat: boolean;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** The provider still knows the key: later the same request would be another effect. */
  readonly isKeyAlive: boolean;
}

/** What a provider says became of an effect. */
export type Resolution =
  | { readonly state: "succeeded"; readonly result: JsonValue }
  | { readonly state: "failed"; readonly errorCode: string };
