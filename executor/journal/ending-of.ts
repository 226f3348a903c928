import type { Answer } from "../admission/call.ts";
import type { EffectRecord } from "../external/effect-record.ts";
import { undoFailed } from "../external/effects.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import type { Ending } from "./journal-statements.ts";

/** Milliseconds before open effects are looked at again: grows to an hour. */
const firstPause = 15_000;
const longestPause = 60 * 60 * 1000;

/** How an execution stands once its flow is over: an effect in doubt keeps it open while anybody can say, then it is a person's. */
export function endingOf({ effects, journal }: FlowRun, answer: Answer | undefined): Ending {
  const open = effects.filter(({ state }) => state === "unknown");
  if (open.length === 0) return { state: "done", reason: null, pause: 0, answer };
  const pause = Math.min(longestPause, firstPause * 2 ** (journal?.attempt ?? 0));
  if (open.some(mayBeSettled)) return { state: "settling", reason: null, pause, answer };
  const reason = open.some(({ errorCode }) => errorCode === undoFailed) ? undoFailed : "outcome-unknown";
  return { state: "parked", reason, pause: 0, answer };
}

function mayBeSettled({ errorCode, resolve, isKeyAlive }: EffectRecord): boolean {
  return isKeyAlive && (resolve !== undefined || errorCode === undoFailed);
}
