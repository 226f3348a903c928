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
  /**
   * Undefined where there is too much to do. `letGo` ends the request, should it still arrive when others find no place: who sends
   * slowly must not keep those out who do not.
   */
  takePlace(letGo: () => void): Place | undefined;
  close(): void;
}

/** Milliseconds between two looks at the event loop. */
const interval = 500;
/** Milliseconds. */
const resolution = 20;
/** Calls in flight below which a late event loop is not their doing: a process that was frozen wakes up late, too. */
const busy = 8;
/** Milliseconds for which a request may arrive before another may have its place. */
const arrivalTime = 2000;

export function openPressure({ inFlight: most, eventLoopDelay }: Limits, log: Logger): Pressure {
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  let inFlight = 0;
  let delay = 0;
  let refused = 0;
  const arriving = new Set<Arriving>();
  const letGoOfSlowest = (): void => {
    const [slowest] = arriving;
    if (slowest !== undefined && slowest.since + arrivalTime < performance.now()) slowest.letGo();
  };
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
    takePlace: (letGo) => {
      if (inFlight >= most) letGoOfSlowest();
      if (inFlight >= most || (delay > eventLoopDelay && inFlight >= busy)) {
        refused += 1;
        return undefined;
      }
      inFlight += 1;
      const giveBack = (): void => {
        inFlight -= 1;
      };
      return placeOf(arriving, letGo, giveBack);
    },
    close: () => {
      clearInterval(timer);
      look();
      histogram.disable();
    },
  };
}

/** A request whose body is on its way; the longest one first in its set. */
interface Arriving {
  /** Milliseconds of the process's clock. */
  readonly since: number;
  letGo(): void;
}

function placeOf(arriving: Set<Arriving>, letGo: () => void, giveBack: () => void): Place {
  let state: "arriving" | "working" | "gone" = "arriving";
  const leave = (): void => {
    if (state !== "arriving") return;
    state = "gone";
    arriving.delete(own);
    giveBack();
  };
  const end = (): void => {
    leave();
    letGo();
  };
  const own: Arriving = { since: performance.now(), letGo: end };
  arriving.add(own);
  return {
    during: async (work) => {
      const hasPlace = state === "arriving";
      state = "working";
      arriving.delete(own);
      try {
        return await work();
      } finally {
        state = "gone";
        if (hasPlace) giveBack();
      }
    },
    leave,
  };
}
