// Decision: a sliding window instead of a bucket, which would let twice the number through around a window's end. Each instance
// counts its own calls; a limit over all of them would need a place that they share.
import { setTimeout } from "node:timers/promises";
import type { Provider } from "@lintel/specs";
import { CallFailure } from "./call-failure.ts";

/** Waits for its turn, `patience` milliseconds at most. @throws CallFailure limited, then nothing was taken */
export type TakeTurn = (patience: number) => Promise<void>;

/** Lets so many calls through in any span of `per` milliseconds, in the order in which they ask. */
export function rateLimit({ requests, per }: NonNullable<Provider["rateLimit"]>): TakeTurn {
  /** When the last calls go out, as many as may go out in one span. */
  const turns: number[] = [];
  return async (patience) => {
    const now = performance.now();
    const turn = Math.max(now, turns.length < requests ? now : (turns[0] ?? now) + per);
    const pause = turn - now;
    if (pause > patience) throw new CallFailure("none", "limited", { retryAfter: pause });
    turns.push(turn);
    if (turns.length > requests) turns.shift();
    if (pause > 0) await setTimeout(Math.ceil(pause));
  };
}
