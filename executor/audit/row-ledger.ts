import type { ClientBase } from "pg";
import type { ProblemList } from "./audit-verdict.ts";
import { readInBatches } from "./read-in-batches.ts";
import type { Seal } from "./seal-hash.ts";

/** Which rows are sealed, of those above the floor: below it, every row has been compared and is forgotten. */
export interface RowLedger {
  /** Compares the rows that stand below a seal's floor with those that seals cover. */
  cover(seal: Seal): Promise<void>;
  /** What no seal covers yet. */
  rest(): Promise<Rest>;
  /** Ids below the last floor that no row and no seal has. */
  gaps(): number;
}

interface Rest {
  readonly unsealed: number;
  readonly oldestUnsealed: string | null;
}

interface Recorded {
  readonly id: string;
  readonly recorded_at: Date;
}

const between = `SELECT "id"::text, "recorded_at" FROM "lintel"."audit_log" AS "a" WHERE "a"."id" >= $1 AND "a"."id" < $2 ORDER BY "a"."id"`;
const noId = String(2n ** 63n - 1n);

export function rowLedger(client: ClientBase, problems: ProblemList): RowLedger {
  const sealed = new Set<string>();
  let floor = 1n;
  let gaps = 0;
  return {
    cover: async (seal) => {
      for (const id of seal.ids) {
        if (sealed.has(id) || BigInt(id) < floor) problems.add(sealedTwice(id, seal));
        else sealed.add(id);
      }
      const next = BigInt(seal.floor_id);
      if (next <= floor) return;
      const strays = await findStrays(client, { sealed, floor, next, seal }, problems);
      gaps += Number(next - floor) - forgetBelow(sealed, next) - strays;
      floor = next;
    },
    rest: () => countRest(client, sealed, floor),
    gaps: () => gaps,
  };
}

function sealedTwice(row: string, { number }: Seal): Parameters<ProblemList["add"]>[0] {
  const message = `row ${row} of seal ${number} is in another seal too, or comes after everything below it was sealed`;
  return { type: "row-sealed-twice", row, seal: number, message };
}

interface Passed {
  readonly sealed: ReadonlySet<string>;
  readonly floor: bigint;
  readonly next: bigint;
  readonly seal: Seal;
}

async function findStrays(
  client: ClientBase,
  { sealed, floor, next, seal }: Passed,
  problems: ProblemList,
): Promise<number> {
  let strays = 0;
  for await (const rows of readInBatches<Recorded>(client, between, [String(floor), String(next)])) {
    for (const { id: row } of rows.filter(({ id }) => !sealed.has(id))) {
      strays += 1;
      const message = `row ${row} is in no seal, and at seal ${seal.number} every row below ${String(next)} was: it was inserted later`;
      problems.add({ type: "row-inserted", row, seal: seal.number, message });
    }
  }
  return strays;
}

function forgetBelow(sealed: Set<string>, floor: bigint): number {
  let known = 0;
  for (const id of sealed) {
    if (BigInt(id) >= floor) continue;
    sealed.delete(id);
    known += 1;
  }
  return known;
}

async function countRest(client: ClientBase, sealed: ReadonlySet<string>, floor: bigint): Promise<Rest> {
  let unsealed = 0;
  let oldest: Date | undefined;
  for await (const rows of readInBatches<Recorded>(client, between, [String(floor), noId])) {
    for (const { recorded_at } of rows.filter(({ id }) => !sealed.has(id))) {
      unsealed += 1;
      if (oldest === undefined || recorded_at < oldest) oldest = recorded_at;
    }
  }
  return { unsealed, oldestUnsealed: oldest?.toISOString() ?? null };
}
