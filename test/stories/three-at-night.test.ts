// At three in the morning a customer had a number from an error page, and nobody could say what it was about.
import { afterAll, beforeAll, expect, test } from "vitest";
import { roles } from "../executor/database/start-postgres.ts";
import { type Reply, request } from "../executor/start-bookings.ts";
import { linesOf, startWorkspace, type Workspace } from "./start-workspace.ts";

let workspace: Workspace;
let token: string;
let adminUrl: string;

beforeAll(async () => {
  workspace = await startWorkspace({ settings: { GOOGLE_CLOUD_PROJECT: "my-project" } });
  token = await workspace.issuer.token({ sub: "olga", roles: ["agent"] });
  const url = new URL(workspace.environment["LINTEL_DATABASE_URL"] ?? "");
  url.username = encodeURIComponent(roles.admin);
  const instance = await workspace.instance({ LINTEL_ADMIN_ROLE: "operator", LINTEL_ADMIN_DATABASE_URL: url.href });
  adminUrl = `http://127.0.0.1:${String(instance.port)}/_lintel/admin`;
});

afterAll(async () => {
  await workspace.stop();
});

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const room = { number: "101", beds: 2, nightlyRate: { amount: 9000, currency: "EUR" } };

async function call(body: object): Promise<Reply> {
  return workspace.call("POST", "/rooms", { token, body, headers: { traceparent } });
}

interface Answer {
  readonly records: readonly Readonly<Record<string, unknown>>[];
}

/** What an administrator is told of an execution. */
async function asked(id: string): Promise<Answer> {
  const administrator = await workspace.issuer.token({ sub: "ada", roles: ["operator"] });
  const reply = await request(`${adminUrl}/executions/${id}`, "GET", { token: administrator });
  expect(reply.status).toBe(200);
  return reply.body as unknown as Answer;
}

test("the number on an error page leads to who called what, when, what came of it, and to the lines of the log", async () => {
  const before = Date.now();
  await call(room);
  const reply = await call(room);
  expect(reply.status).toBe(409);
  const id = String(reply.body["instance"]).replace("urn:uuid:", "");
  expect(reply.headers.get("lintel-execution")).toBe(id);

  const { records } = await asked(id);
  const record = records.at(-1) ?? {};
  expect(record).toMatchObject({
    execution: id,
    tool: "create-room",
    outcome: "refused",
    status: 409,
    errorCode: "already-exists",
  });
  expect(JSON.stringify(record)).toContain("olga");
  const at = Object.values(record).find((value) => typeof value === "string" && /^\d{4}-\d\d-\d\dT/u.test(value));
  expect(Date.parse(String(at))).toBeGreaterThanOrEqual(before - 1000);
  expect(Date.parse(String(at))).toBeLessThanOrEqual(Date.now() + 1000);

  const lines = linesOf(workspace).filter(({ execution }) => execution === id);
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(line).toMatchObject({
      tool: "create-room",
      severity: expect.stringMatching(/^[A-Z]+$/u) as string,
      "logging.googleapis.com/trace": "projects/my-project/traces/0af7651916cd43dd8448eb211c80319c",
    });
  }
});

test("of a call that succeeded it is known which rows it changed", async () => {
  const reply = await call({ ...room, number: "102" });
  const { records } = await asked(String(reply.headers.get("lintel-execution")));
  expect(JSON.stringify(records)).toContain(String(reply.body["id"]));
  expect(records.at(-1)).toMatchObject({ outcome: "succeeded", status: 201 });
});

test("every line about an execution names it, its tool and its trace, also where something failed on the way", async () => {
  workspace.housekeeping.answer("GET /v1/staff", { status: 500 });
  workspace.housekeeping.answer("GET /v1/weather", { status: 500 });
  await workspace.call("GET", "/housekeeping", { token, headers: { traceparent } });
  for (const line of linesOf(workspace).filter(({ tool }) => tool !== undefined)) {
    expect(line["execution"]).toMatch(/^[0-9a-f-]{36}$/u);
    expect(line["logging.googleapis.com/trace"]).toMatch(/^projects\/my-project\/traces\//u);
  }
});

test("calls that were refused, malformed or of nobody have their records too", async () => {
  const replies = [
    await workspace.call("POST", "/rooms", { token, raw: "{" }),
    await workspace.call("POST", "/rooms", { token, body: {} }),
    await workspace.call("POST", "/rooms", { body: room }),
    await workspace.call("POST", "/rooms", { token: await workspace.customer("carla"), body: room }),
  ];
  expect(replies.map(({ status }) => status)).toEqual([400, 422, 401, 403]);
  for (const { headers, status } of replies) {
    expect((await asked(String(headers.get("lintel-execution")))).records.at(-1)).toMatchObject({ status });
  }
});
