import type { JsonObject, JsonValue } from "@lintel/specs";
import type { Pool } from "pg";
import type { Call } from "../admission/call.ts";
import type { Caller } from "../auth/caller.ts";
import type { Drawn } from "../flow/execution.ts";
import type { Claim } from "../flow/flow-run.ts";
import type { KnownEffect, Recorded } from "../journal/journal.ts";
import { type KeyRing, SealError, unseal } from "../journal/seal.ts";
import type { RecordedError, StepOutcome } from "../journal/step-outcome.ts";
import type { TakenUp } from "./take-up.ts";

/** What an execution began with. */
export interface Begun {
  readonly drawn: Drawn;
  readonly input: JsonObject;
  readonly caller: Caller;
  readonly trigger: Call["trigger"];
  readonly claim: Claim | undefined;
}

/** As `begunOf` of journal-statements.ts has written it. */
interface StoredBegun {
  readonly seed: string;
  readonly now: string;
  readonly input: JsonObject;
  readonly caller: Caller;
  readonly trigger: Call["trigger"];
  readonly claim: Claim | null;
}

export type StoredExecution = Pick<TakenUp, "id" | "state" | "attempt" | "data_key" | "begun" | "failure">;

/** Opens what an execution began with, and the steps that it has taken. @throws SealError */
export async function readRecorded(
  pool: Pool,
  keys: KeyRing,
  row: StoredExecution,
): Promise<{ readonly begun: Begun; readonly recorded: Recorded }> {
  const { id, state, attempt, failure } = row;
  const dataKey = openKey(keys, row);
  const begun = unseal(dataKey, row.begun, `${id}/begun`) as unknown as StoredBegun;
  const recorded: Recorded = {
    dataKey,
    attempt,
    steps: await readSteps(pool, dataKey, id),
    effects: await readEffects(pool, id),
    failure: failure === null ? undefined : (unseal(dataKey, failure, `${id}/failure`) as unknown as RecordedError),
    isAnswered: state === "settling",
  };
  const { seed, now, input, caller, trigger, claim } = begun;
  const drawn = { seed: Buffer.from(seed, "base64"), now };
  return { begun: { drawn, input, caller, trigger, claim: claim ?? undefined }, recorded };
}

/** The key of an execution's journal. @throws SealError */
export function openKey(keys: KeyRing, { id, data_key }: Pick<TakenUp, "id" | "data_key">): Buffer {
  if (data_key === null) throw new SealError(`the key of execution ${id} was taken away by an erasure`);
  return keys.unwrap(data_key, id);
}

async function readSteps(pool: Pool, dataKey: Buffer, id: string): Promise<ReadonlyMap<string, StepOutcome>> {
  const { rows } = await pool.query<{ path: string; outcome: Buffer }>(
    `SELECT "path", "outcome" FROM "lintel"."steps" WHERE "execution_id" = $1`,
    [id],
  );
  return new Map(
    rows.map(({ path, outcome }) => {
      const value: JsonValue = unseal(dataKey, outcome, `${id}/${path}`);
      return [path, value as unknown as StepOutcome] as const;
    }),
  );
}

interface EffectRow {
  readonly node: string;
  readonly state: KnownEffect["state"];
  readonly attempts: number;
  readonly error_code: string | null;
  readonly started_at: Date;
}

async function readEffects(pool: Pool, id: string): Promise<ReadonlyMap<string, KnownEffect>> {
  const { rows } = await pool.query<EffectRow>(
    `SELECT "node", "state", "attempts", "error_code", "started_at" FROM "lintel"."effects" WHERE "execution_id" = $1`,
    [id],
  );
  return new Map(
    rows.map(({ node, state, attempts, error_code, started_at }) => [
      node,
      { state, attempts, errorCode: error_code, startedAt: started_at.getTime() },
    ]),
  );
}
