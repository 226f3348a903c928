import type { Pool, PoolClient } from "pg";
import { ExecutionError } from "../errors/execution-error.ts";

/**
 * A connection of the pool; whatever stands in the way (no server, no token, no free connection) is not the call's fault.
 * @throws ExecutionError database-unavailable
 */
export async function acquire(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw new ExecutionError("database-unavailable", { cause: error, headers: { "Retry-After": "5" } });
  }
}
