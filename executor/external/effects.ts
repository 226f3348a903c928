import type { JsonValue } from "@lintel/specs";
import type { QueryConfig } from "pg";
import type { FlowRun } from "../flow/flow-run.ts";
import type { EffectRecord } from "./effect-record.ts";

/** Of an effect that stands although it was to be undone. */
export const undoFailed = "compensation-failed";

/** The flow with the node's own result, as the node's compensation reads it. */
export function seenBy(run: FlowRun, nodeId: string, result: JsonValue): EffectRecord["seen"] {
  return { results: { ...run.results, [nodeId]: result }, item: run.item };
}

/** Notes what became of an effect; written with the next change, else with the execution's record. */
export function noteEffect(
  effect: EffectRecord,
  state: EffectRecord["state"],
  errorCode: string | null,
  seen: EffectRecord["seen"] = effect.seen,
): void {
  effect.seen = seen;
  effect.state = state;
  effect.errorCode = errorCode;
  effect.isPending = true;
}

/** The updates of effects whose outcome is not written yet; `written` is to be called when they are committed. */
export function pendingEffects({ execution, effects }: FlowRun): {
  readonly statements: readonly QueryConfig[];
  written(): void;
} {
  const pending = effects.filter(({ isPending }) => isPending).map((effect) => ({ effect, state: effect.state }));
  return {
    statements: pending.map(({ effect: { node, state, attempts, errorCode } }) => ({
      name: "lintel_effect_outcome",
      text:
        `UPDATE "lintel"."effects" SET "state" = $3, "attempts" = $4, "error_code" = $5, ` +
        `"finished_at" = clock_timestamp() WHERE "execution_id" = $1 AND "node" = $2 AND "iteration" = 0`,
      values: [execution.id, node, state, attempts, errorCode],
    })),
    written: () => {
      for (const { effect, state } of pending) if (effect.state === state) effect.isPending = false;
    },
  };
}
