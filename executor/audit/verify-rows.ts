import { createHash } from "node:crypto";
import type { ClientBase } from "pg";
import { canonicalEntry, canonicalRefusal, refusalOrder } from "../database/schema/audit-seals.ts";
import type { ProblemList } from "./audit-verdict.ts";
import { readInBatches } from "./read-in-batches.ts";
import type { Seal } from "./seal-hash.ts";

/** Rows that are asked for at once. */
const sliceSize = 250;

interface Row {
  readonly id: string;
  readonly entry: string;
}

/** Compares the rows of one seal with their digests; resolves to how many stand as they were sealed. */
export async function verifyRows(client: ClientBase, seal: Seal, problems: ProblemList): Promise<number> {
  let intact = 0;
  for (let start = 0; start < seal.ids.length; start += sliceSize) {
    const ids = seal.ids.slice(start, start + sliceSize);
    const { rows } = await client.query<Row>(
      `SELECT "id"::text, ${canonicalEntry} AS "entry" FROM "lintel"."audit_log" WHERE "id" = ANY ($1::bigint[])`,
      [ids],
    );
    const found = new Map(rows.map(({ id, entry }) => [id, createHash("sha256").update(entry).digest()]));
    for (const [offset, id] of ids.entries()) {
      const place = 32 * (start + offset);
      const isIntact = isAsSealed(id, found.get(id), seal.digests.subarray(place, place + 32), seal.number, problems);
      if (isIntact) intact += 1;
    }
  }
  return intact;
}

function isAsSealed(
  row: string,
  found: Buffer | undefined,
  sealed: Buffer,
  seal: string,
  problems: ProblemList,
): boolean {
  if (found === undefined) {
    problems.add({ type: "row-removed", row, seal, message: `row ${row} of seal ${seal} was removed` });
  } else if (!found.equals(sealed)) {
    problems.add({ type: "row-changed", row, seal, message: `row ${row} was changed after seal ${seal} covered it` });
  } else return true;
  return false;
}

/** Compares the counts of refusals in the minutes of one seal; resolves to how many stand as they were sealed. */
export async function verifyRefusals(
  client: ClientBase,
  from: Date | undefined,
  seal: Seal,
  problems: ProblemList,
): Promise<number> {
  const digest = createHash("sha256");
  let count = 0;
  const text =
    `SELECT ${canonicalRefusal} AS "entry" FROM "lintel"."refusals" ` +
    `WHERE "minute" >= $1::timestamptz AND "minute" < $2::timestamptz ORDER BY ${refusalOrder}`;
  const until = seal.refused_until.toISOString();
  for await (const rows of readInBatches<Row>(client, text, [from?.toISOString() ?? "-infinity", until])) {
    for (const { entry } of rows) {
      digest.update(count === 0 ? entry : `\n${entry}`);
      count += 1;
    }
  }
  if (digest.digest().equals(seal.refusals_digest) && String(count) === seal.refusal_count) return count;
  const since = from === undefined ? "" : `from ${from.toISOString()} `;
  problems.add({
    type: "refusals-changed",
    seal: seal.number,
    message: `counts of refusals ${since}to ${until} were changed after seal ${seal.number} covered them: it has ${seal.refusal_count}, there are ${String(count)}`,
  });
  return 0;
}
