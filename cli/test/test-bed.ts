// What all lanes of a run share: the server, the migrated template, the issuer and the stand-ins; made and unmade together.
import type { Bundle } from "@lintel/specs";
import { migrateDatabase } from "../local/executor.ts";
import { type LocalIssuer, startIssuer } from "../local/issuer.ts";
import { type LocalPostgres, startPostgres } from "../local/postgres.ts";
import { type StandInServer, startStandIns } from "../local/stand-ins.ts";
import { untilInterrupted } from "../local/until-interrupted.ts";
import { type Lane, openLane } from "./lane.ts";

export interface TestBed {
  /** Opens another lane. */
  lane(): Promise<Lane>;
}

interface Parts {
  readonly postgres: LocalPostgres;
  readonly issuer: LocalIssuer;
  readonly standIns: StandInServer;
}

/** Runs the work beside a PostgreSQL whose template database serves the bundle; all is gone afterwards, on Ctrl-C too. */
export async function withTestBed<T>(
  bundle: Bundle,
  options: { readonly databaseUrl?: string },
  work: (bed: TestBed) => Promise<T>,
): Promise<T> {
  const databaseUrl = options.databaseUrl ?? process.env["LINTEL_TEST_DATABASE_URL"];
  const postgres = await startPostgres({ databaseUrl });
  const lanes: Lane[] = [];
  const stops: (() => Promise<void>)[] = [postgres.stop];
  const stop = async (): Promise<void> => {
    await Promise.allSettled(lanes.map((lane) => lane.stop()));
    for (const end of stops.reverse()) await end();
  };
  return untilInterrupted(stop, async () => {
    const [issuer, standIns] = await Promise.all([startIssuer(), startStandIns()]);
    stops.push(issuer.stop, standIns.stop);
    const template = await makeTemplate(bundle, postgres);
    const parts: Parts = { postgres, issuer, standIns };
    let count = 0;
    return work({
      lane: async () => {
        count += 1;
        const lane = await openLane({ ...parts, bundle, template, name: `lane${String(count)}` });
        lanes.push(lane);
        return lane;
      },
    });
  });
}

/** Migrated once; each lane's database is a copy. */
async function makeTemplate(bundle: Bundle, postgres: LocalPostgres): Promise<string> {
  const database = `${postgres.prefix}_template`;
  await postgres.createDatabase(database);
  await migrateDatabase({ bundle, postgres, database, onLog: () => undefined });
  return database;
}
