// One seal after another until nothing is left (docs/decisions/0021-audit-seals.md).
import type { Pool, PoolClient } from "pg";
import type { Logger } from "pino";
import { acquire } from "../connection/acquire.ts";
import { auditWriters } from "../database/schema/audit-seals.ts";
import { type AuditKey, noSeal, type Seal, sealHash, signSeal } from "./seal-hash.ts";

export interface SealLimits {
  /** Milliseconds since 1970 after which no further seal is begun. */
  readonly deadline: number;
  /** Rows of one seal, 10,000 at most. */
  readonly rows?: number;
  /** Signs the seals; without one only a head that was noted elsewhere shows that a whole chain was made anew. */
  readonly key?: AuditKey | undefined;
  /** Told of each head, so that it stands outside the database. */
  readonly log: Logger;
}

const usualRows = 2000;
/** "lintel audit" as a number of PostgreSQL's advisory locks. */
const lockKey = "7811887105271427";

/** Seals what has been recorded since the last seal; resolves to the number of rows. Instances that seal already are left to it. */
export async function sealAudit(pool: Pool, limits: SealLimits): Promise<number> {
  let total = 0;
  for (;;) {
    const { sealed, isDone } = await sealOnce(pool, limits);
    total += sealed;
    if (isDone || Date.now() >= limits.deadline) return total;
  }
}

interface Sealed {
  readonly sealed: number;
  readonly isDone: boolean;
}

async function sealOnce(pool: Pool, limits: SealLimits): Promise<Sealed> {
  const client = await acquire(pool);
  let isBroken = true;
  try {
    await client.query("BEGIN READ WRITE");
    const result = (await isAlone(client)) ? await sealNext(client, limits) : { sealed: 0, isDone: true };
    const { command } = await client.query("COMMIT");
    if (command !== "COMMIT") throw new Error("the seal was rolled back");
    isBroken = false;
    return result;
  } finally {
    client.release(isBroken);
  }
}

/** Held until the transaction ends. */
async function isAlone(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ got: boolean }>(`SELECT pg_try_advisory_xact_lock(${lockKey}) AS "got"`);
  return rows[0]?.got === true;
}

async function sealNext(client: PoolClient, limits: SealLimits): Promise<Sealed> {
  const most = limits.rows ?? usualRows;
  const last = await lastSeal(client);
  const batch = await readBatch(client, last, most);
  const isFull = batch.ids.length === most;
  const next = nextSeal(last, batch, isFull);
  const hasNews = batch.ids.length > 0 || next.floor_id !== (last?.floor_id ?? "1") || batch.refusal_count !== "0";
  if (!hasNews) return { sealed: 0, isDone: true };
  const hash = sealHash(next);
  await insertSeal(client, next, hash, limits.key);
  const seal = { number: next.number, head: hash.toString("hex"), rows: next.ids.length };
  limits.log.info({ seal }, "the audit log was sealed");
  return { sealed: batch.ids.length, isDone: !isFull };
}

type LastSeal = Seal & { readonly hash: Buffer; readonly is_settled: boolean };

/** With whether all who were writing then have ended: asked before the rows are read, so that these hold whatever they wrote. */
async function lastSeal(client: PoolClient): Promise<LastSeal | undefined> {
  const { rows } = await client.query<LastSeal>(
    `SELECT "s".*, NOT EXISTS (SELECT FROM (${auditWriters}) AS "w" WHERE "w"."virtualtransaction" = ANY ("s"."writers")) AS "is_settled" ` +
      `FROM "lintel"."audit_seals" AS "s" ORDER BY "s"."number" DESC LIMIT 1`,
  );
  return rows[0];
}

type Batch = Omit<Seal, "number" | "encoding" | "previous_hash" | "last_id" | "floor_id">;

async function readBatch(client: PoolClient, last: LastSeal | undefined, most: number): Promise<Batch> {
  const { rows } = await client.query<Batch>(`SELECT * FROM "lintel"."audit_to_seal"($1, $2, $3)`, [
    last?.floor_id ?? "1",
    last?.refused_until.toISOString() ?? "-infinity",
    most,
  ]);
  if (rows[0] === undefined) throw new Error("nothing was said of what is to be sealed");
  return rows[0];
}

function nextSeal(last: LastSeal | undefined, batch: Batch, isFull: boolean): Seal {
  const lastId = batch.ids.at(-1) ?? "0";
  return {
    ...batch,
    number: String(BigInt(last?.number ?? "0") + 1n),
    encoding: 1,
    previous_hash: last?.hash ?? noSeal,
    last_id: lastId,
    floor_id: String(floorOf(last, isFull ? BigInt(lastId) + 1n : undefined)),
  };
}

/** Below it, every row that there will ever be is sealed: what was seen before those who wrote then had ended, once they have. */
function floorOf(last: LastSeal | undefined, firstLeft: bigint | undefined): bigint {
  if (last === undefined) return 1n;
  const floor = BigInt(last.floor_id);
  const settled = last.is_settled ? BigInt(last.seen_id) + 1n : floor;
  const reached = firstLeft === undefined || settled < firstLeft ? settled : firstLeft;
  return reached > floor ? reached : floor;
}

async function insertSeal(client: PoolClient, seal: Seal, hash: Buffer, key: AuditKey | undefined): Promise<void> {
  const columns = {
    ...seal,
    sealed_at: seal.sealed_at.toISOString(),
    refused_until: seal.refused_until.toISOString(),
    hash,
    key_id: key?.id ?? null,
    signature: key === undefined ? null : signSeal(key, hash),
  };
  const names = Object.keys(columns);
  await client.query(
    `INSERT INTO "lintel"."audit_seals" (${names.map((name) => `"${name}"`).join(", ")}) ` +
      `VALUES (${names.map((_, index) => `$${String(index + 1)}`).join(", ")})`,
    Object.values(columns),
  );
}
