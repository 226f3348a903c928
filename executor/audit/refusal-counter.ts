import type { Pool } from "pg";
import type { Logger } from "pino";
import { inOwnTransaction } from "../connection/own-transaction.ts";

/** Own records of unauthenticated refusals per minute and process; what goes beyond is counted. */
const recordsPerMinute = 120;
/** Milliseconds between two writes of the counts. */
const flushInterval = 10_000;

const upsert = {
  name: "lintel_refusals",
  text:
    // Minutes older than ten may be sealed: an instance that slept counts what it held as of five minutes ago.
    `INSERT INTO "lintel"."refusals" ("minute", "tool", "error_code", "count") ` +
    `VALUES (greatest($1::timestamptz, date_trunc('minute', clock_timestamp()) - interval '5 minutes'), $2, $3, $4) ` +
    `ON CONFLICT ("minute", "tool", "error_code") DO UPDATE SET "count" = "refusals"."count" + EXCLUDED."count"`,
};

/** Bounds what callers whom nobody knows can make the audit log grow by: a flood ends in one row per minute, tool and code. */
export interface RefusalCounter {
  /** Whether this refusal gets a record of its own; otherwise it is counted. */
  admits(tool: string, code: string): boolean;
  /** Writes the counts and stops. */
  close(): Promise<void>;
}

export function refusalCounter(pool: Pool, log: Logger, limit: number = recordsPerMinute): RefusalCounter {
  let minute = 0;
  let admitted = 0;
  let counts = new Map<string, number>();
  const flush = async (): Promise<void> => {
    const full = counts;
    counts = new Map();
    const statements = [...full].map(([key, count]) => ({
      ...upsert,
      values: [...(JSON.parse(key) as string[]), count],
    }));
    if (statements.length === 0) return;
    try {
      await inOwnTransaction(pool, statements);
    } catch (error) {
      log.error({ error, refusals: Object.fromEntries(full) }, "counts of refusals could not be written");
    }
  };
  const timer = setInterval(() => void flush(), flushInterval).unref();
  return {
    admits: (tool, code) => {
      const now = Math.floor(Date.now() / 60_000);
      if (now !== minute) [minute, admitted] = [now, 0];
      admitted += 1;
      if (admitted <= limit) return true;
      const key = JSON.stringify([new Date(now * 60_000).toISOString(), tool, code]);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return false;
    },
    close: async () => {
      clearInterval(timer);
      await flush();
    },
  };
}
