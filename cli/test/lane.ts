// One executor with a database, a clock and stand-ins of its own: scenarios run one after the other in it.
import { type Bundle, type JsonObject, type JsonValue, type ProviderReply } from "@lintel/specs";
import { type LocalExecutor, startExecutor } from "../local/executor.ts";
import type { LocalIssuer } from "../local/issuer.ts";
import { localBundle } from "../local/local-bundle.ts";
import type { LocalPostgres } from "../local/postgres.ts";
import { emptyDatabase, readSnapshot, type Snapshot, textClient } from "../local/rows.ts";
import type { ProviderCall, StandInServer } from "../local/stand-ins.ts";
import { buildCall, type CallContext, type HttpCall, type PlannedCall } from "./build-call.ts";

/** What came back. */
export interface SeenAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: JsonObject;
  readonly body: JsonValue;
}

/** Everything that one call did. */
export interface Observation {
  readonly call: HttpCall;
  readonly answer: SeenAnswer;
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** The execution's record and its changes; null where it has none. */
  readonly audit: JsonValue;
  /** Records of this execution: one, always, but for floods of refused strangers. */
  readonly records: number;
  readonly calls: readonly ProviderCall[];
  /** Warnings and errors of the executor's log. */
  readonly log: readonly string[];
}

export interface Lane {
  readonly bundle: Bundle;
  /** Empties the database. */
  reset(): Promise<void>;
  readonly database: ReturnType<typeof textClient>;
  /** Makes a call; `reply` says what providers answer. */
  perform(planned: PlannedCall, reply: (call: ProviderCall) => ProviderReply | undefined): Promise<Observation>;
  snapshot(): Promise<Snapshot>;
  stop(): Promise<void>;
}

export interface LaneOptions {
  readonly name: string;
  /** As compiled. */
  readonly bundle: Bundle;
  readonly postgres: LocalPostgres;
  readonly template: string;
  readonly issuer: LocalIssuer;
  readonly standIns: StandInServer;
}

/** Values of secrets in tests: nobody else's. */
function testSecret(name: string): string {
  return `test-${name}`;
}

export async function openLane(options: LaneOptions): Promise<Lane> {
  const { name, postgres, issuer, standIns } = options;
  const state: LaneState = { now: 0, log: [], calls: [], reply: () => undefined };
  const addresses = standIns.add(name, (call) => {
    state.calls.push(call);
    return state.reply(call);
  });
  const bundle = localBundle(options.bundle, { issuer, ...addresses });
  const database = `${postgres.prefix}_${name}`;
  await postgres.createDatabase(database, options.template);
  const client = textClient(postgres.url(database));
  await client.connect();
  const executor = await startExecutor({
    bundle,
    postgres,
    database,
    issuer,
    secret: testSecret,
    onLog: (line) => void state.log.push(line),
    clock: () => state.now,
  });
  const { auth } = bundle.workspace;
  const context: CallContext = { issuer, audience: auth.audience, roleClaim: auth.roleClaim, secret: testSecret };
  return {
    bundle,
    database: client,
    reset: () => emptyDatabase(client, bundle.entities),
    snapshot: () => readSnapshot(client, bundle.entities),
    perform: (planned, reply) => perform({ bundle, client, executor, context, state }, planned, reply),
    stop: async () => {
      await executor.drain();
      await client.end();
    },
  };
}

/** What a call changes in its lane. */
interface LaneState {
  now: number;
  log: string[];
  calls: ProviderCall[];
  reply: (call: ProviderCall) => ProviderReply | undefined;
}

interface OpenLane {
  readonly bundle: Bundle;
  readonly client: ReturnType<typeof textClient>;
  readonly executor: LocalExecutor;
  readonly context: CallContext;
  readonly state: LaneState;
}

async function perform(lane: OpenLane, planned: PlannedCall, reply: LaneState["reply"]): Promise<Observation> {
  const { bundle, client, executor, context, state } = lane;
  const before = await readSnapshot(client, bundle.entities);
  Object.assign(state, { now: planned.now, log: [], calls: [], reply } satisfies LaneState);
  const call = await buildCall(planned, context);
  const answer = await send(executor.url, call);
  const execution = answer.headers["lintel-execution"];
  const [after, records] = await Promise.all([
    readSnapshot(client, bundle.entities),
    auditOf(client, typeof execution === "string" ? execution : undefined, planned.tool.name),
  ]);
  const executions = records.filter(({ kind }) => kind === "execution");
  return {
    call,
    answer,
    before,
    after,
    audit: auditValue(records),
    records: executions.length,
    calls: state.calls,
    log: state.log.filter((line) => /"severity":"(?:WARNING|ERROR|CRITICAL)"/u.test(line)),
  };
}

async function send(base: string, { method, path, headers, body }: HttpCall): Promise<SeenAnswer> {
  const response = await fetch(`${base}${path}`, { method, headers, body, redirect: "manual" });
  const text = await response.text();
  return { status: response.status, headers: Object.fromEntries(response.headers), body: parsed(text) };
}

function parsed(text: string): JsonValue {
  if (text === "") return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

type AuditRow = Readonly<Record<string, string | null>>;

/** A replayed answer carries the id of the first execution: its own record is the newest of the tool. */
async function auditOf(
  client: OpenLane["client"],
  execution: string | undefined,
  tool: string,
): Promise<readonly AuditRow[]> {
  const columns = `"kind", "execution_id", "outcome", "status", "error_code", "caller_subject", to_json("caller_roles") AS "roles", "changes", "details"`;
  const { rows } = await client.query<AuditRow>(
    `SELECT ${columns} FROM "lintel"."audit_log" WHERE "execution_id" = ` +
      `COALESCE((SELECT "execution_id" FROM "lintel"."audit_log" WHERE "tool" = $2 AND "details"->>'replayOf' = $1::text ` +
      `ORDER BY "id" DESC LIMIT 1), $1::text::uuid) ORDER BY "id"`,
    [execution ?? null, tool],
  );
  return rows;
}

function auditValue(records: readonly AuditRow[]): JsonValue {
  const record = records.find(({ kind }) => kind === "execution");
  if (record === undefined) return null;
  const json = (text: string | null | undefined): JsonValue => JSON.parse(text ?? "null") as JsonValue;
  return {
    outcome: record["outcome"] ?? null,
    status: Number(record["status"]),
    error: record["error_code"] ?? null,
    caller: record["caller_subject"] ?? null,
    roles: json(record["roles"]),
    changes: records.flatMap(({ changes }) => json(changes) as readonly JsonValue[]),
    details: json(record["details"]),
  };
}
