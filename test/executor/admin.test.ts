import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, request as rawRequest } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLogger, type RunningServer, readSettings, startServer } from "../../executor/index.ts";
import { roles } from "./database/start-postgres.ts";
import { type Housekeeping, startHousekeeping } from "./housekeeping.ts";
import { type Bookings, type CallOptions, type Reply, request, startBookings } from "./start-bookings.ts";

let bookings: Bookings;
let housekeeping: Housekeeping;
let server: RunningServer;
let environment: Readonly<Record<string, string>>;
let administrator: string;
const logs: string[] = [];

const startWith = (settings: Readonly<Record<string, string>>): Promise<RunningServer> => {
  const log = createLogger("info", { write: (line: string) => void logs.push(line) });
  return startServer({ settings: readSettings(settings), log, defaultBundleUrl: "", host: "127.0.0.1" });
};

beforeAll(async () => {
  housekeeping = await startHousekeeping();
  bookings = await startBookings({ housekeeping: housekeeping.url });
  const url = new URL(bookings.environment["LINTEL_DATABASE_URL"] ?? "");
  url.username = encodeURIComponent(roles.admin);
  environment = { ...bookings.environment, LINTEL_ADMIN_ROLE: "operator", LINTEL_ADMIN_DATABASE_URL: url.href };
  server = await startWith(environment);
  administrator = await bookings.issuer.token({ sub: "olga", roles: ["operator"] });
  const token = await bookings.agent();
  const customer = { subject: "carla", name: "Carla Private", email: "carla@example.com" };
  await bookings.call("POST", "/customers", { token, body: customer });
  await bookings.call("POST", "/customers", { token, body: customer });
  for (let count = 0; count < 5; count += 1) await bookings.call("GET", "/rooms", { token });
  housekeeping.answer("POST /v1/cleanings", "reset");
  await bookings.call("POST", "/rooms/orders", { token, body: { number: "1" } });
});

afterAll(async () => {
  await server.drain();
  await bookings.stop();
  await housekeeping.stop();
});

function admin(path: string, options: CallOptions = {}, method = "GET"): Promise<Reply> {
  return request(`http://127.0.0.1:${String(server.port)}/_lintel/admin/${path}`, method, {
    token: administrator,
    ...options,
  });
}

type Item = Readonly<Record<string, unknown>>;

async function all(path: string, from?: unknown): Promise<readonly Item[]> {
  const items: Item[] = [];
  const separator = path.includes("?") ? "&" : "?";
  for (let next = from; next !== null; ) {
    const { status, body } = await admin(next === undefined ? path : `${path}${separator}cursor=${next as string}`);
    expect(status).toBe(200);
    items.push(...(body["items"] as Item[]));
    next = body["next"];
  }
  return items;
}

const paths = ["audit", "executions", `executions/${randomUUID()}`, "effects", "deployments"];

test.each(paths)("%s is for the administrators' role only", async (path) => {
  const { issuer } = bookings;
  const others = {
    nobody: undefined,
    forged: "x.y.z",
    agent: await bookings.agent(),
    customer: await bookings.customer("olga"),
    otherAudience: await issuer.token({ sub: "olga", roles: ["operator"], aud: "https://schedules.test" }),
    expired: await issuer.token({ sub: "olga", roles: ["operator"], exp: 1 }),
    otherClaim: await issuer.token({ sub: "olga", role: "operator", groups: ["operator"] }),
    partOfIt: await issuer.token({ sub: "olga", roles: ["operators", "Operator", ["operator"]] }),
  };
  const statuses: Record<string, number> = {};
  for (const [name, token] of Object.entries(others)) {
    const url = `http://127.0.0.1:${String(server.port)}/_lintel/admin/${path}`;
    const reply = await request(url, "GET", token === undefined ? {} : { token });
    statuses[name] = reply.status;
    expect(Object.keys(reply.body)).not.toContain("items");
  }
  expect(statuses).toEqual({
    nobody: 401,
    forged: 401,
    agent: 403,
    customer: 403,
    otherAudience: 401,
    expired: 401,
    otherClaim: 403,
    partOfIt: 403,
  });
});

test("an administrator is no caller of tools, and changes nothing", async () => {
  const { port } = server;
  const url = `http://127.0.0.1:${String(port)}/rooms`;
  expect((await request(url, "GET", { token: administrator })).status).toBe(403);
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    for (const path of paths) expect((await admin(path, {}, method)).status).toBe(404);
  }
});

test("the audit log is paged newest first, each entry once, while it grows", async () => {
  const known = await bookings.count("lintel.audit_log");
  const first = await admin("audit?limit=2");
  await bookings.call("GET", "/rooms", { token: await bookings.agent() });
  const rest = await all("audit?limit=2", first.body["next"]);
  const ids = [...(first.body["items"] as Item[]), ...rest].map(({ id }) => Number(id));
  expect(ids).toHaveLength(known);
  expect(ids).toEqual(ids.toSorted((one, other) => other - one));
  expect(new Set(ids).size).toBe(known);
});

test("executions are found by tool and outcome, and one is shown with its records, none of which holds a value", async () => {
  const refused = await all("executions?tool=create-customer&outcome=refused");
  expect(refused).toMatchObject([
    { kind: "execution", status: 409, errorCode: "already-exists", callerSubject: "agent-1" },
  ]);
  const [created] = await all("executions?tool=create-customer&outcome=succeeded");
  const { body } = await admin(`executions/${String(created?.["execution"])}`);
  expect(body).toMatchObject({ isComplete: true, effects: [] });
  expect((body["records"] as Item[]).map(({ kind }) => kind)).toEqual(["segment", "execution"]);
  expect(JSON.stringify(body)).not.toMatch(/Carla Private|carla@example/u);
  expect((await admin(`executions/${randomUUID()}`)).status).toBe(404);
  expect((await admin("executions/1")).status).toBe(404);
});

test("effects whose outcome nobody knows are listed until it is known, without keys and answers", async () => {
  const items = await all("effects?limit=1");
  expect(items).toMatchObject([{ node: "order", tool: "order-cleaning", state: "unknown" }]);
  expect(Object.keys(items[0] ?? {})).not.toEqual(expect.arrayContaining(["result"]));
  expect(Object.keys(items[0] ?? {})).not.toEqual(expect.arrayContaining(["idempotencyKey"]));
  const shown = await admin(`executions/${String(items[0]?.["execution"])}`);
  expect(shown.body["effects"]).toEqual(items);
  expect(await all("effects?state=succeeded")).toEqual([]);
  const insert = `INSERT INTO lintel.effects (execution_id, node, tool, bundle_digest, idempotency_key, state, started_at)
    SELECT gen_random_uuid(), 'order', 'order-cleaning', 'd', 'k', 'started', '2031-01-01T00:00:00.5Z' FROM generate_series(1, 5)`;
  await bookings.superuser.query(insert);
  const together = await all("effects?limit=2");
  expect(new Set(together.map(({ execution }) => execution)).size).toBe(6);
  expect(together).toHaveLength(6);
});

test("deployments say which bundles the database serves, and by which migrations", async () => {
  const { status, body } = await admin("deployments");
  expect(status).toBe(200);
  expect(body).toMatchObject({
    bundles: [{ digest: bookings.bundle.digest, state: "serving" }],
    migrations: [{ digest: bookings.bundle.digest, remaining: 0 }],
  });
  expect(await all("audit?kind=deployment")).toHaveLength(1);
});

test.each([
  ["audit?limit=0", "/limit"],
  ["audit?limit=101", "/limit"],
  ["audit?kind=x' OR true--", "/kind"],
  ["audit?tool=a&tool=b", "/tool"],
  ["audit?__proto__=1", "/__proto__"],
  ["audit?constructor=1", "/constructor"],
  ["audit?cursor=e30", "/cursor"],
  ["audit?cursor=WyIxIE9SIHRydWUiXQ", "/cursor"],
  ["executions?kind=segment", "/kind"],
  ["effects?state=gone", "/state"],
  ["effects?cursor=WyIxIl0", "/cursor"],
  ["effects?cursor=WyIyMDMxLTk5LTk5VDAwOjAwOjAwLjAwMFoiLCJ4Iix7fSwxXQ", "/cursor"],
  ["deployments?limit=1", "/limit"],
])("%s is refused, and the parameter is named", async (path, pointer) => {
  const { status, body } = await admin(path);
  expect(status).toBe(422);
  expect((body["errors"] as Item[]).map((error) => error["pointer"])).toEqual([pointer]);
});

test("who reads is in the log", () => {
  const lines = logs.map((line) => JSON.parse(line) as Item).filter(({ path }) => path === "/_lintel/admin/effects");
  expect(lines).toContainEqual(expect.objectContaining({ subject: "olga", message: "the admin API is read" }));
});

test("who is refused is in the log with the reason, and never a token", async () => {
  const from = logs.length;
  const agent = await bookings.agent();
  await admin("audit", { token: agent });
  await admin("effects", { token: "forged.secret.token" });
  const lines = logs.slice(from).map((line) => JSON.parse(line) as Item);
  const message = "the admin API refused a caller";
  const method = "GET";
  expect(lines.filter((line) => line["message"] === message)).toMatchObject([
    { severity: "WARNING", path: "/_lintel/admin/audit", method, code: "role-missing", subject: "agent-1" },
    { severity: "WARNING", path: "/_lintel/admin/effects", method, code: "token-invalid" },
  ]);
  expect(logs.join("\n")).not.toContain("forged.secret.token");
  expect(logs.join("\n")).not.toContain(agent);
});

test("a flood of refusals is counted where it is no longer logged line by line", async () => {
  const own = await startWith(environment);
  const from = logs.length;
  try {
    const url = `http://127.0.0.1:${String(own.port)}/_lintel/admin/audit`;
    for (let count = 0; count < 300; count += 1) expect((await request(url, "GET", {})).status).toBe(401);
  } finally {
    await own.drain();
  }
  const logged = logs.slice(from).filter((line) => line.includes("the admin API refused a caller")).length;
  const { rows } = await bookings.superuser.query<{ count: number }>(
    `SELECT coalesce(sum("count"), 0)::int AS "count" FROM lintel.refusals WHERE tool = '_lintel/admin'`,
  );
  expect(logged).toBeLessThan(300);
  expect(logged + (rows[0]?.count ?? 0)).toBe(300);
});

test("of two Authorization headers neither is taken, at the admin API and at the sweep", async () => {
  const schedule = { sub: "s", aud: "https://schedules.test", email: "scheduler@project.iam.gserviceaccount.com" };
  const scheduler = await bookings.issuer.token({ ...schedule, email_verified: true });
  const ask = async (method: string, path: string, ...tokens: readonly string[]): Promise<number | undefined> => {
    const headers = ["Host", "x", ...tokens.flatMap((token) => ["Authorization", `Bearer ${token}`])];
    const asked = rawRequest({ port: server.port, path, method, headers }).end();
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  };
  expect(await ask("GET", "/_lintel/admin/audit", administrator)).toBe(200);
  expect(await ask("GET", "/_lintel/admin/audit", administrator, "other")).toBe(401);
  expect(await ask("POST", "/_lintel/sweep", scheduler)).toBe(200);
  expect(await ask("POST", "/_lintel/sweep", scheduler, "other")).toBe(401);
});

test("it is off unless it is configured, and half of it does not start", async () => {
  expect((await bookings.call("GET", "/_lintel/admin/audit", { token: administrator })).status).toBe(404);
  const { LINTEL_ADMIN_ROLE: _, ...noRole } = environment;
  expect(() => readSettings(noRole)).toThrow("LINTEL_ADMIN_ROLE is missing");
  const { LINTEL_ADMIN_DATABASE_URL: __, ...noDatabase } = environment;
  expect(() => readSettings(noDatabase)).toThrow("LINTEL_ADMIN_DATABASE_USER is missing");
  const own = bookings.environment["LINTEL_DATABASE_URL"] ?? "";
  expect(() => readSettings({ ...environment, LINTEL_ADMIN_DATABASE_URL: own })).toThrow(
    "not use the executor's database user",
  );
  await expect(startWith({ ...environment, LINTEL_ADMIN_ROLE: "agent" })).rejects.toThrow("a role of the workspace");
});
