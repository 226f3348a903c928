// What a call costs, against services by hand, other frameworks and pgbench, run in turn on this machine (DESIGN.md section 10).
// `npm run bench [-- --json] [--quick] [--only PEER]`; run it on a quiet machine.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compare } from "./compare.ts";
import { peerNames } from "./peers.ts";
import { table } from "./table.ts";

const { values: options } = parseArgs({
  options: { json: { type: "boolean" }, quick: { type: "boolean" }, only: { type: "string", multiple: true } },
});

// Many short rounds: a ratio of two that ran within seconds of one another holds on a machine that others use too.
const full = { rounds: 9, warmUp: 1000, counts: { 1: 60, 8: 240, 32: 240 } };
const quick = { rounds: 2, warmUp: 200, counts: { 1: 60, 8: 240, 32: 240 } };

const only = options.only ?? [...peerNames, "pgbench", "cold-start"];
const scratch = await mkdtemp(join(tmpdir(), "lintel-bench-"));
try {
  const tell = (line: string): void => void process.stderr.write(`${line}\n`);
  const comparison = await compare({ sizes: options.quick === true ? quick : full, only, scratch, tell });
  if (comparison.raw.missing["lintel"] !== undefined) process.exitCode = 1;
  process.stdout.write(options.json === true ? `${JSON.stringify(comparison, null, 2)}\n` : table(comparison));
} finally {
  await rm(scratch, { recursive: true, force: true });
}
