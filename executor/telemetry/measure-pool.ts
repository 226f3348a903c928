import type { Meter } from "@opentelemetry/api";
import type { Pool, PoolClient } from "pg";
import { secondsBuckets } from "./seconds-buckets.ts";

const named = { "db.client.connection.pool.name": "executor" };

/**
 * The pool's connections, who waits for one and for how long
 * (opentelemetry.io/docs/specs/semconv/database/database-metrics).
 */
export function measurePool(pool: Pool, meter: Meter): Pool {
  const wait = meter.createHistogram("db.client.connection.wait_time", secondsBuckets);
  meter.createObservableGauge("db.client.connection.pending_requests").addCallback((result) => {
    result.observe(pool.waitingCount, named);
  });
  meter.createObservableGauge("db.client.connection.count").addCallback((result) => {
    result.observe(pool.idleCount, { ...named, "db.client.connection.state": "idle" });
    result.observe(pool.totalCount - pool.idleCount, { ...named, "db.client.connection.state": "used" });
  });
  const connect = async (): Promise<PoolClient> => {
    const startedAt = performance.now();
    try {
      return await pool.connect();
    } finally {
      wait.record((performance.now() - startedAt) / 1000, named);
    }
  };
  return withConnect(pool, connect);
}

/** The same pool in all but how executions get a connection; its own queries (of probes) stay as they are. */
function withConnect(pool: Pool, connect: () => Promise<PoolClient>): Pool {
  return new Proxy(pool, {
    get: (target, name) => {
      if (name === "connect") return connect;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
