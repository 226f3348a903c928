// Values that nobody may read elsewhere, sent through whatever can happen to a call; then every place is searched for them.
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildProgram } from "../../../executor/index.ts";
import { type Collector, startCollector } from "../collector.ts";
import { type CallOptions, type Reply, request } from "../start-bookings.ts";
import { type ExecutorProcess, startProcess } from "../start-process.ts";
import { waitUntil } from "../wait-until.ts";
import { accountFiles, audience } from "./accounts.ts";
import { markers } from "./markers.ts";
import { type RunningWorkspace, startWorkspace } from "./start-workspace.ts";

const mark = markers();
const secret = mark.of("secret of the provider");

let bureau: Server;
let bureauMode: (text: string) => { readonly status: number; readonly body: string } | undefined;
let collector: Collector;
let workspace: RunningWorkspace;
let folder: string;
let program: string;
let running: ExecutorProcess;
let output = "";
let replies: readonly Reply[] = [];

beforeAll(async () => {
  bureau = createServer((incoming, response) => {
    incoming.resume().on("end", () => {
      const answer = bureauMode(String(incoming.url));
      if (answer === undefined) return;
      response.writeHead(answer.status, {
        "Content-Type": "application/json",
        "Set-Cookie": mark.of("cookie of the provider"),
      });
      response.end(answer.body);
    });
  });
  await new Promise<void>((resolve) => bureau.listen(0, "127.0.0.1", resolve));
  collector = await startCollector();
  const baseUrl = `http://127.0.0.1:${String((bureau.address() as AddressInfo).port)}`;
  workspace = await startWorkspace({
    files: accountFiles(baseUrl),
    audience,
    settings: {
      LINTEL_SECRET_BUREAU_KEY: secret,
      LINTEL_LOG_LEVEL: "trace",
      LINTEL_TRACE: "all",
      LINTEL_TRACE_KEY: Buffer.alloc(32, 7).toString("base64"),
      LINTEL_AUDIT_KEY: Buffer.from(mark.of("key of the audit").padEnd(32, "k")).toString("base64"),
    },
  });
  folder = await mkdtemp(join(tmpdir(), "lintel-redaction-"));
  program = await buildProgram(join(folder, "main.mjs"));
  running = await start();
  replies = await everything();
  // Spans go out when the process ends.
  await running.end("SIGTERM");
  output += running.output();
}, 120_000);

afterAll(async () => {
  await running.end("SIGKILL");
  await workspace.stop();
  await collector.stop();
  await rm(folder, { recursive: true, force: true });
  bureau.closeAllConnections();
  await new Promise((resolve) => bureau.close(resolve));
});

const start = (): Promise<ExecutorProcess> =>
  startProcess(program, { ...workspace.environment, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });

const scored = (): { status: number; body: string } => ({
  status: 200,
  body: JSON.stringify({ score: mark.of("answer of the provider") }),
});

/** Each value of a call marked by what happens to the call. */
function account(kind: string): Readonly<Record<string, unknown>> {
  return { subject: "carla", holder: mark.of(`holder, ${kind}`), card: mark.of(`card, ${kind}`), pin: 7741 };
}

async function everything(): Promise<readonly Reply[]> {
  const token = await workspace.issuer.token({
    sub: "clerk-1",
    roles: ["clerk"],
    email: mark.of("email of the caller"),
    ssn: mark.of("another claim"),
  });
  mark.of("none");
  const all: Reply[] = [];
  const call = async (method: string, path: string, options: CallOptions = {}): Promise<Reply> => {
    const headers = {
      Cookie: `session=${mark.of("cookie")}`,
      "Idempotency-Key": `${mark.of("idempotency key")}${String(all.length)}`,
      "X-Api-Key": mark.of("header"),
      ...options.headers,
    };
    const reply = await request(`${running.url}${path}`, method, { token, ...options, headers });
    all.push(reply);
    return reply;
  };
  const open = (kind: string, more: object = {}): Promise<Reply> =>
    call("POST", "/accounts/open", { body: { ...account(kind), ...more } });
  // First, because a process that is killed takes its spans with it.
  await crash(token);
  const { body } = await open("success");
  await call("GET", `/accounts?holder=${mark.of("holder, success")}`);
  await call("PATCH", `/accounts/${String(body["id"])}`, {
    body: { holder: mark.of("holder, changed"), card: mark.of("card, changed") },
  });
  await open("taken", { holder: mark.of("holder, changed") });
  await open("invariant", { card: mark.of("holder, invariant") });
  await open("too long", { card: mark.of("card, too long").repeat(9) });
  await open("of another type", { card: { is: mark.of("card, in an object") }, pin: mark.of("pin as text") });
  await open("out of bounds", { pin: 77_419 });
  await open("unknown property", { password: mark.of("value of an unknown property") });
  await call("POST", "/accounts/open", { raw: `{"card": "${mark.of("card in broken JSON")}", ` });
  await call("POST", "/accounts/open", { raw: `{"card": "a", "card": "${mark.of("card, twice")}"}` });
  await call("GET", `/accounts?holder=${mark.of("holder in a query")}&x=${mark.of("unknown in a query")}`);
  await call("GET", `/accounts/${mark.of("id in a path")}`);
  await call("GET", `/accounts?cursor=${mark.of("cursor")}`);
  await call("GET", "/accounts", { token: `${token}${mark.of("token that was changed")}` });
  await call("GET", "/accounts", { headers: { Authorization: `Basic ${mark.of("basic credentials")}` } });
  for (const status of [400, 402, 500, 503]) {
    bureauMode = () => ({ status, body: JSON.stringify({ error: mark.of(`answer, ${String(status)}`) }) });
    await open(`provider says ${String(status)}`);
  }
  bureauMode = () => ({ status: 200, body: `{"score": ${mark.of("answer, broken JSON")}` });
  await open("provider says nonsense");
  bureauMode = () => ({ status: 200, body: JSON.stringify({ score: { is: mark.of("answer of another type") } }) });
  await open("provider says another type");
  bureauMode = () => undefined;
  await open("provider says nothing");
  bureauMode = scored;
  await workspace.superuser.query(
    "ALTER TABLE app.account ADD CONSTRAINT surprise CHECK (card NOT LIKE 'mk%') NOT VALID",
  );
  await open("a rule that nobody knows");
  await workspace.superuser.query("ALTER TABLE app.account DROP CONSTRAINT surprise");
  await workspace.superuser.query("ALTER TABLE app.account ALTER COLUMN card TYPE varchar(3) USING 'abc'");
  await open("a column that is too short");
  await workspace.superuser.query("ALTER TABLE app.account ALTER COLUMN card TYPE text");
  return all;
}

async function crash(token: string): Promise<void> {
  let isAsked = false;
  bureauMode = () => {
    isAsked = true;
    return undefined;
  };
  const options = { token, body: account("crash"), headers: { "Idempotency-Key": mark.of("key of a crash") } };
  const ended = request(`${running.url}/accounts/open`, "POST", options).catch(() => undefined);
  await waitUntil(async () => Promise.resolve(isAsked));
  const commands = readFileSync(`/proc/${String(running.pid)}/cmdline`, "utf8");
  expect(mark.in(commands)).toEqual([]);
  await running.end("SIGKILL");
  await ended;
  output += running.output();
  bureauMode = scored;
  running = await start();
}

/** Every row of a table as text, without the columns that are meant to hold what is looked for. */
async function rowsOf(table: string, without: readonly string[] = []): Promise<string> {
  const { rows } = await workspace.superuser.query<{ text: string | null }>(
    `SELECT string_agg((to_jsonb(t) - $1::text[])::text, E'\\n') AS text FROM ${table} AS t`,
    [without],
  );
  return rows[0]?.text ?? "";
}

test("what happened is what was to happen", () => {
  const statuses = replies.map(({ status }) => status);
  expect(statuses[0]).toBe(200);
  for (const status of [400, 401, 409, 422, 500, 502, 504]) expect(statuses).toContain(status);
  expect(statuses.filter((status) => status >= 400).length).toBeGreaterThan(15);
  expect(output.length).toBeGreaterThan(1000);
  expect(collector.bodies.length).toBeGreaterThan(0);
});

test("the search finds what is there, in each form", () => {
  const value = mark.of("holder, success");
  for (const text of [
    value,
    Buffer.from(value).toString("hex"),
    ...["", "x", "yy"].map((lead) => Buffer.from(`${lead}${value}zz`).toString("base64")),
  ]) {
    expect(mark.in(`before ${text} after`)).toContain("holder, success");
  }
});

test("no line of the log holds any of it", () => {
  expect(mark.in(output)).toEqual([]);
});

test("no span or metric holds any of it", () => {
  expect(mark.in(collector.bodies.join("\n"))).toEqual([]);
});

test("no refusal answers it, but for the sender's own names", () => {
  const refusals = replies.filter(({ status }) => status >= 400).map(({ body }) => JSON.stringify(body));
  expect(mark.in(refusals.join("\n"))).toEqual([]);
});

test("no record of the audit log holds any of it", async () => {
  expect(mark.in(await rowsOf("lintel.audit_log"))).toEqual([]);
  expect(mark.in(await rowsOf("lintel.refusals"))).toEqual([]);
  expect(mark.in(await rowsOf("lintel.audit_seals"))).toEqual([]);
});

test("the journal and the traces hold nothing of it in clear", async () => {
  for (const table of ["effects", "executions", "steps", "traced_rows"]) {
    expect(mark.in(await rowsOf(`lintel.${table}`)), table).toEqual([]);
  }
});

test("the answers that are kept hold what was answered, and the key of the caller, and nothing else", async () => {
  // Until they expire; the update answers the holder, because its output schema names him.
  expect(mark.in(await rowsOf("lintel.idempotency_keys", ["key"]))).toEqual(["holder, changed"]);
});
