// Decision: whatever has to happen without a call happens here, so that one schedule is all that a deployment needs.
import type { Recovery } from "../recovery/recover.ts";
import type { Service } from "../service.ts";
import { purge } from "./purge.ts";

/** One thing that is done now and then; answers how many it was done to. */
export interface SweepTask {
  readonly name: string;
  /** @param deadline milliseconds since 1970, after which nothing more is begun */
  readonly run: (service: Service, deadline: number) => Promise<number>;
}

/** How many were done by each task, and `parked`: executions that wait for a person. */
export type Swept = Readonly<Record<string, number>>;

export interface Sweep {
  /** One at a time; a sweep that is asked for while one runs is that one. Never rejects. */
  run(): Promise<Swept>;
}

/** Milliseconds of one sweep; the schedule calls every minute. */
const longest = 45_000;

export function openSweep(service: Service, recovery: Recovery, more: readonly SweepTask[] = []): Sweep {
  const tasks: readonly SweepTask[] = [
    // Leaves time for the others.
    { name: "recovered", run: (_, deadline) => recovery.runDue(deadline - longest / 3) },
    { name: "purged", run: purge },
    ...more,
    { name: "parked", run: countParked },
  ];
  let running: Promise<Swept> | undefined;
  const sweep = async (): Promise<Swept> => {
    const deadline = Date.now() + longest;
    const counts: Record<string, number> = {};
    for (const { name, run } of tasks) {
      try {
        counts[name] = await run(service, deadline);
      } catch (error) {
        service.log.error({ error, task: name }, "a task of the sweep failed");
      }
    }
    service.log.info(counts, "the sweep has ended");
    return counts;
  };
  return {
    run: () => {
      running ??= sweep().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}

async function countParked({ pool }: Service): Promise<number> {
  const { rows } = await pool.query<{ count: string }>(
    `SELECT count(*) FROM "lintel"."executions" WHERE "state" = 'parked'`,
  );
  return Number(rows[0]?.count);
}
