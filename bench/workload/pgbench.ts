// The floor: the same statements, prepared and pipelined, with nothing around them. Debian's pgbench knows \startpipeline since 14.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { roomCount } from "./calls.ts";
import type { StageDatabase } from "./database.ts";

const room = `('00000000-0000-4000-8000-' || lpad(:room::text, 12, '0'))::uuid`;
const script = `
\\set slot :slot + 1
\\set room :client_id * 6 + :slot % 6
\\set stay :slot / 6
\\startpipeline
BEGIN;
SELECT beds, nightly_rate FROM app.room WHERE id = ${room} AND deleted_at IS NULL FOR UPDATE;
INSERT INTO app.reservation (id, room_id, starts_on, ends_on, guests, guest_name, total, created_at, updated_at)
  VALUES (gen_random_uuid(), ${room}, date '2031-01-01' + 2 * :stay::int, date '2031-01-03' + 2 * :stay::int, 2, 'Guest', 18000, now(), now())
  RETURNING id, total, version;
INSERT INTO lintel.audit_log (kind, execution_id, tool, outcome, status, error_code, caller_subject, caller_roles,
    changes, details, bundle_digest, started_at, duration_ms)
  VALUES ('execution', gen_random_uuid(), 'create-reservation', 'succeeded', 201, NULL, 'agent-1', '{agent}',
    '[{"entity":"Reservation","version":1,"action":"create","fields":["id","roomId","startsOn","endsOn","guests","guestName","total"]}]',
    '{}', 'pgbench', now(), 1);
COMMIT;
\\endpipeline
`;

export interface Floor {
  /** Median milliseconds of a valid call. */
  readonly p50: number;
  readonly perSecond: number;
}

/** Runs the script with as many clients as there are callers, `slotsBefore` stays after those of earlier runs. */
export function runPgbench(
  database: StageDatabase,
  load: { readonly callers: number; readonly count: number; readonly slotsBefore: number },
): Floor {
  if (load.callers * 6 > roomCount) throw new Error("more clients than rooms");
  const folder = mkdtempSync(join(tmpdir(), "lintel-pgbench-"));
  try {
    const file = join(folder, "create-reservation.sql");
    writeFileSync(file, script);
    const each = Math.ceil(load.count / load.callers);
    const options = ["--no-vacuum", "--protocol=prepared", `--client=${load.callers}`, `--transactions=${each}`];
    const logged = ["--log", `--log-prefix=${join(folder, "log")}`, `--define=slot=${load.slotsBefore}`];
    const printed = execFileSync("pgbench", [...options, ...logged, `--file=${file}`, database.urlFor("superuser")], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    const perSecond = Number(/^tps = ([\d.]+)/mu.exec(printed)?.[1]);
    return { p50: medianOfLogs(folder), perSecond };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The third column is the transaction's time in microseconds (postgresql.org/docs/15/pgbench.html, Per-Transaction Logging). */
function medianOfLogs(folder: string): number {
  const lines = readdirSync(folder)
    .filter((name) => name.startsWith("log"))
    .flatMap((name) => readFileSync(join(folder, name), "utf8").trim().split("\n"));
  const times = lines.map((line) => Number(line.split(" ")[2]) / 1000).sort((one, other) => one - other);
  return times[times.length >> 1] ?? Number.NaN;
}
