// Decision: a call that would only wait is turned away at once, before its body is read, so that those inside are answered in time
// and nothing behind them (bodies, calls that wait for a connection or for a provider's turn) grows without bound.
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Logger } from "pino";
import type { Limits } from "./limits.ts";

/** A call's place among those in flight. */
export interface Place {
  /** Keeps the place until the work is over, also when the client has gone. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** The connection is closed: gives the place back, unless work goes on. */
  leave(): void;
}

export interface Pressure {
  /** Undefined where there is too much to do. */
  takePlace(): Place | undefined;
  close(): void;
}

/** Milliseconds between two looks at the event loop. */
const interval = 500;
/** Milliseconds. */
const resolution = 20;
/** Calls in flight below which a late event loop is not their doing: a process that was frozen wakes up late, too. */
const busy = 8;

export function openPressure({ inFlight: most, eventLoopDelay }: Limits, log: Logger): Pressure {
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  let inFlight = 0;
  let delay = 0;
  let refused = 0;
  const look = (): void => {
    const mean = histogram.mean / 1e6 - resolution;
    delay = Number.isNaN(mean) ? 0 : Math.max(0, mean);
    histogram.reset();
    if (refused === 0) return;
    log.warn(
      { refused, inFlight, eventLoopDelayMs: Math.round(delay) },
      "calls were turned away: there is too much to do",
    );
    refused = 0;
  };
  const timer = setInterval(look, interval).unref();
  return {
    takePlace: () => {
      if (inFlight >= most || (delay > eventLoopDelay && inFlight >= busy)) {
        refused += 1;
        return undefined;
      }
      inFlight += 1;
      return placeOf(() => {
        inFlight -= 1;
      });
    },
    close: () => {
      clearInterval(timer);
      look();
      histogram.disable();
    },
  };
}

function placeOf(giveBack: () => void): Place {
  let state: "arriving" | "working" | "gone" = "arriving";
  return {
    during: async (work) => {
      state = "working";
      try {
        return await work();
      } finally {
        state = "gone";
        giveBack();
      }
    },
    leave: () => {
      if (state !== "arriving") return;
      state = "gone";
      giveBack();
    },
  };
}
