import type { Pool } from "pg";
import type { Logger } from "pino";

/** Milliseconds after which an execution whose instance is not heard of may be taken up by another. */
export const leaseTime = 20_000;
/** Milliseconds. */
const beat = 5000;

/** Executions that this instance has begun and not ended: their leases are renewed while it lives. */
export class Leases {
  private readonly held = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private readonly pool: Pool;
  private readonly instance: string;
  private readonly log: Logger;

  constructor(pool: Pool, instance: string, log: Logger) {
    this.pool = pool;
    this.instance = instance;
    this.log = log;
  }

  hold(execution: string): void {
    this.held.add(execution);
    // No reason for a process to stay.
    this.timer ??= setInterval(() => void this.renew(), beat).unref();
  }

  release(execution: string): void {
    this.held.delete(execution);
    if (this.held.size === 0) this.close();
  }

  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async renew(): Promise<void> {
    try {
      const client = await this.pool.connect();
      try {
        await Promise.all([
          client.query("BEGIN READ WRITE"),
          client.query({
            name: "lintel_leases",
            text:
              `UPDATE "lintel"."executions" SET "lease_until" = clock_timestamp() + $3 * interval '1 millisecond' ` +
              `WHERE "id" = ANY ($2) AND "owner" = $1 AND "state" IN ('running', 'compensating', 'settling')`,
            values: [this.instance, [...this.held], leaseTime],
          }),
          client.query("COMMIT"),
        ]);
        client.release();
      } catch (error) {
        client.release(true);
        throw error;
      }
    } catch (error) {
      this.log.warn({ error }, "leases of executions could not be renewed");
    }
  }
}
