// Decision: a replay needs neither the network nor the rows: whatever the execution learned of them is in its trace, and a step that
// is not there ends the replay instead of being taken.
import { canonicalJson, type JsonValue, openBundle } from "@lintel/specs";
import type { Pool } from "pg";
import type { Logger } from "pino";
import { judgeBundle } from "../boot/judge-bundle.ts";
import { openService } from "../boot/open-service.ts";
import { openPool } from "../connection/open-pool.ts";
import { replay } from "../execute.ts";
import { beginFlow } from "../flow/flow-run.ts";
import { EndOfTrace } from "../journal/abandoned.ts";
import { Journal, type Recorded } from "../journal/journal.ts";
import { answerValue } from "../journal/journal-statements.ts";
import { SealError, unseal } from "../journal/seal.ts";
import type { Service } from "../service.ts";
import type { Settings } from "../settings.ts";
import { type Begun, openKey, readRecorded } from "./read-recorded.ts";
import { executionOf } from "./recover.ts";
import type { TakenUp } from "./take-up.ts";

/** What came of a replay; `recorded` and `replayed` are the status and body that the caller got and would get. */
export type Replay =
  | { readonly outcome: "not-traced" }
  /** The trace was shredded by an erasure, or its key is another one. */
  | { readonly outcome: "sealed"; readonly reason: string }
  /** The execution is not over. */
  | { readonly outcome: "unfinished"; readonly state: string }
  | {
      readonly outcome: "same" | "different" | "incomplete";
      readonly tool: string;
      readonly bundle: string;
      readonly now: string;
      readonly input: JsonValue;
      /** Paths of the steps that the execution took. */
      readonly steps: readonly string[];
      readonly recorded: JsonValue;
      readonly replayed: JsonValue;
    };

interface TraceRow extends Omit<TakenUp, "state"> {
  readonly state: TakenUp["state"] | "parked" | "done";
  readonly answer: Buffer | null;
  readonly bundle: unknown;
}

/**
 * Runs a traced execution again under the bundle that it ran under, with what it read and was answered then. Changes nothing.
 * @throws SettingsError, BundleError; errors of the database
 */
export async function replayExecution(id: string, settings: Settings, log: Logger): Promise<Replay> {
  const pool = openPool(settings.database, { size: 1, statementTimeout: 30_000, onError: () => undefined });
  try {
    const { rows } = await pool.query<TraceRow>(traceText, [id]);
    const [row] = rows;
    if (row === undefined) return { outcome: "not-traced" };
    if (row.answer === null && row.data_key !== null) return { outcome: "unfinished", state: row.state };
    return await replayRow(pool, row, settings, log);
  } catch (error) {
    if (error instanceof SealError) return { outcome: "sealed", reason: error.message };
    throw error;
  } finally {
    await pool.end();
  }
}

const traceText =
  `SELECT "id", "tool", "bundle_digest", "executions"."state", "attempt", "data_key", "begun", "failure", "answer", "bundle" ` +
  `FROM "lintel"."executions" JOIN "lintel"."bundles" ON "digest" = "bundle_digest" WHERE "id" = $1`;

async function replayRow(pool: Pool, row: TraceRow, settings: Settings, log: Logger): Promise<Replay> {
  const { begun, recorded } = await readRecorded(pool, settings.durability.keys, { ...row, state: "running" });
  const key = openKey(settings.durability.keys, row);
  const answer = unseal(key, row.answer ?? Buffer.alloc(0), `${row.id}/answer`);
  // Nothing is called, so no secret is needed.
  const secretless = { ...settings, secret: () => "replay" };
  const bundle = openBundle(row.bundle);
  await judgeBundle(bundle);
  const service = openService(bundle, { settings: secretless, log, clock: Date.now, observation: undefined });
  try {
    const replayed = await answerAgain(service, row, begun, { ...recorded, failure: undefined });
    return {
      outcome:
        replayed === undefined
          ? "incomplete"
          : canonicalJson(replayed) === canonicalJson(answer)
            ? "same"
            : "different",
      tool: row.tool,
      bundle: row.bundle_digest,
      now: begun.drawn.now,
      input: begun.input,
      steps: [...recorded.steps.keys()].sort(),
      recorded: answer,
      replayed: replayed ?? null,
    };
  } finally {
    await service.pool.end();
  }
}

/** The answer that the recorded steps lead to; undefined where one is missing. */
async function answerAgain(
  service: Service,
  row: TraceRow,
  begun: Begun,
  recorded: Recorded,
): Promise<JsonValue | undefined> {
  const execution = executionOf(service, row, begun);
  const run = beginFlow(execution, begun.input, begun.caller, new Journal(true, recorded, "replay"));
  execution.run = run;
  try {
    return answerValue(await replay(run));
  } catch (error) {
    if (error instanceof EndOfTrace) return undefined;
    throw error;
  }
}
