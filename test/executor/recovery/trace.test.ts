import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { seal } from "../../../executor/journal/seal.ts";
import { lintel, type Run } from "../../cli/run-lintel.ts";
import { type StripeStandIn, startStripe } from "../stand-ins/stripe.ts";
import { type Bookings, type Reply, startBookings } from "../start-bookings.ts";
import { waitUntil } from "../wait-until.ts";

let bookings: Bookings;
let stripe: StripeStandIn;
/** Requests to another service, which are answered when the test says so. */
const held: (() => void)[] = [];
const slow = createServer((_, response) => held.push(() => response.end("{}")));
let token: string;
const secret = "sk_test_secret";
const key = randomBytes(32).toString("base64");

const head = (name: string, required: string, properties: string): string => `
apiVersion: lintel/v1
kind: Tool
name: ${name}
trigger: { http: { method: POST, path: /${name} } }
authorize: { roles: [agent] }
input: { type: object, additionalProperties: false, required: [${required}], properties: { ${properties} } }
`;

const files = {
  "tools/forget.yaml": `${head("forget", "id", "id: { type: string, format: uuid }")}
output: { type: object, properties: { id: { type: string } } }
flow:
  - id: all
    type: transaction
    nodes: [{ id: forgotten, type: write, action: erase, entity: Customer, key: "\${input.id}" }]
respond: { id: "\${nodes.forgotten.id}" }
`,
  "tools/look-up.yaml": `${head("look-up", "id", "id: { type: string, format: uuid }")}
output: { type: object, properties: { name: { type: string } } }
flow:
  - { id: load, type: read, entity: Customer, where: { id: { eq: "\${input.id}" } }, one: true }
  - { id: ask, type: http, after: [load], provider: housekeeping, method: GET, url: /slow, timeout: 20s }
respond: { name: "\${nodes.load.name}" }
`,
  "tools/pay-some.yaml": `${head("pay-some", "amounts", "amounts: { type: array, maxItems: 3, items: { type: integer } }, fits: { type: boolean, default: true }")}
output: { type: object, properties: { ids: { type: array, items: { type: string } }, at: { type: string } } }
flow:
  - id: each
    type: forEach
    items: "input.amounts"
    maximum: 3
    nodes:
      - { id: charge, type: payment, operation: charge, amount: '\${money(item, "EUR")}', timeout: 5s, compensate: { operation: refund } }
  - { id: fits, type: assert, after: [each], expr: input.fits, message: it does not fit }
respond: { ids: "\${nodes.each.map(e, e.charge.id)}", at: "\${string(now)}" }
`,
};

beforeAll(async () => {
  stripe = await startStripe(secret);
  await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve));
  const baseUrl = stripe.url.replace("127.0.0.1", "localhost");
  const providers = [`stripe: { type: payment, api: stripe, baseUrl: "${baseUrl}", secret: stripe-key }`];
  const settings = { LINTEL_SECRET_STRIPE_KEY: secret, LINTEL_TRACE: "all", LINTEL_TRACE_KEY: key };
  bookings = await startBookings({
    files,
    providers,
    settings,
    housekeeping: `http://127.0.0.1:${String((slow.address() as AddressInfo).port)}`,
  });
  token = await bookings.agent();
});

afterAll(async () => {
  await bookings.stop();
  await stripe.stop();
  slow.close();
});

afterEach(() => {
  process.env["LINTEL_TRACE_KEY"] = key;
});

const call = (method: string, path: string, body?: object): Promise<Reply> =>
  bookings.call(method, path, { token, ...(body === undefined ? {} : { body }) });

async function replay(reply: Reply, keys = key): Promise<Run & { readonly json: Readonly<Record<string, unknown>> }> {
  process.env["LINTEL_TRACE_KEY"] = keys;
  const id = String(reply.headers.get("lintel-execution") ?? reply.body["execution"]);
  const database = bookings.environment["LINTEL_DATABASE_URL"] ?? "";
  const run = await lintel(["replay", id, "--database", database, "--format", "json", "--values"]);
  return { ...run, json: run.out === "" ? {} : (JSON.parse(run.out) as Readonly<Record<string, unknown>>) };
}

async function sweep(): Promise<Reply> {
  const scheduler = { iss: bookings.issuer.url, aud: "https://schedules.test", email_verified: true };
  const email = "scheduler@project.iam.gserviceaccount.com";
  const oidc = await bookings.issuer.token({ ...scheduler, email });
  return bookings.call("POST", "/_lintel/sweep", { token: oidc });
}

async function addCustomer(subject: string): Promise<Reply> {
  return call("POST", "/customers", { subject, name: "Carla Campos", email: "carla@example.com", phone: null });
}

test("a write, a read and a list replay to the same answers after the rows have changed", async () => {
  const created = await addCustomer("t1");
  const id = String(created.body["id"]);
  const read = await call("GET", `/customers/${id}`);
  const list = await call("GET", "/customers?limit=5");
  await bookings.superuser.query(`UPDATE app.customer SET name = 'Other', version = version + 1 WHERE id = $1`, [id]);
  for (const reply of [created, read, list]) {
    const { code, json } = await replay(reply);
    expect(json).toMatchObject({ outcome: "same", recorded: { status: reply.status, body: reply.body } });
    expect(code).toBe(0);
  }
});

test("a failure and what it compensated replay to the same problem, and no provider is asked", async () => {
  const reply = await call("POST", "/pay-some", { amounts: [100, 200], fits: false });
  expect(reply.status).toBe(422);
  const asked = stripe.calls.length;
  const { json } = await replay(reply);
  expect(json).toMatchObject({
    outcome: "same",
    tool: "pay-some",
    steps: ["each[0]/charge", "each[1]/charge"],
    recorded: { status: 422 },
  });
  expect(stripe.calls).toHaveLength(asked);
});

test("the clock, the rounds of a loop and what a provider answered are those of the trace", async () => {
  const reply = await call("POST", "/pay-some", { amounts: [1, 2, 3] });
  const { json } = await replay(reply);
  expect(json).toMatchObject({ outcome: "same", replayed: { status: 200, body: reply.body }, now: reply.body["at"] });
});

test("a trace does not open with another key, nor where its bytes were changed or moved; a former key still opens it", async () => {
  const reply = await addCustomer("t2");
  const other = randomBytes(32).toString("base64");
  expect((await replay(reply, other)).json).toMatchObject({ outcome: "sealed" });
  expect((await replay(reply, `${other},${key}`)).json).toMatchObject({ outcome: "same" });
  const id = reply.headers.get("lintel-execution");
  const flip = `UPDATE lintel.steps SET outcome = set_byte(outcome, 40, get_byte(outcome, 40) # 1) WHERE execution_id = $1`;
  await bookings.superuser.query(flip, [id]);
  expect((await replay(reply)).json).toMatchObject({ outcome: "sealed" });
  await bookings.superuser.query(flip, [id]);
  await bookings.superuser.query(`UPDATE lintel.steps SET path = 'elsewhere' WHERE execution_id = $1`, [id]);
  expect((await replay(reply)).json).toMatchObject({ outcome: "sealed" });
});

test("what was said, read and answered stands nowhere in clear", async () => {
  await addCustomer("t3-marker");
  for (const table of ["executions", "steps", "traced_rows", "effects", "audit_log"]) {
    const { rows } = await bookings.superuser.query(
      `SELECT 1 FROM lintel.${table} t WHERE t::text ~ 'marker|Carla' OR t::text ~ encode('Carla', 'hex')`,
    );
    expect(rows, table).toEqual([]);
  }
});

test("an erasure shreds every trace that has seen the row, its own too, and no other", async () => {
  const created = await addCustomer("t4");
  const other = await addCustomer("t5");
  const id = String(created.body["id"]);
  const read = await call("GET", `/customers/${id}`);
  const erased = await call("POST", "/forget", { id });
  expect(erased.status).toBe(200);
  for (const reply of [created, read, erased]) {
    expect((await replay(reply)).json).toMatchObject({
      outcome: "sealed",
      reason: expect.stringContaining("erasure") as string,
    });
  }
  expect((await replay(other)).json).toMatchObject({ outcome: "same" });
});

test("an erasure reaches a trace that saw the row before it and is written after it", async () => {
  const id = String((await addCustomer("t7")).body["id"]);
  const looking = call("POST", "/look-up", { id });
  await waitUntil(() => Promise.resolve(held.length === 1));
  expect((await call("POST", "/forget", { id })).status).toBe(200);
  for (const answer of held) answer();
  const looked = await looking;
  expect(looked.body).toEqual({ name: "Carla Campos" });
  expect((await replay(looked)).json).toMatchObject({ outcome: "sealed" });
});

test("an execution that somebody has written into the database by hand is not carried out", async () => {
  const dataKey = randomBytes(32);
  const id = "00000000-0000-8000-8000-00000000beef";
  const caller = { subject: "the-ceo", roles: ["agent"], email: null, claims: {} };
  const seed = Buffer.alloc(16).toString("base64");
  const input = { amounts: [1], fits: true };
  const begun = { seed, now: "2026-01-01T00:00:00.000Z", input, caller, trigger: "http", claim: null };
  await bookings.superuser.query(
    `INSERT INTO lintel.executions (id, tool, bundle_digest, state, owner, lease_until, data_key, begun) ` +
      `VALUES ($1, 'pay-some', $2, 'running', $1, now() - interval '1 second', $3, $4)`,
    [id, bookings.bundle.digest, dataKey, seal(dataKey, begun, `${id}/begun`)],
  );
  const asked = stripe.calls.length;
  await sweep();
  const { rows } = await bookings.superuser.query(`SELECT state FROM lintel.executions WHERE id = $1`, [id]);
  expect(rows).toEqual([{ state: "parked" }]);
  expect(stripe.calls).toHaveLength(asked);
});

test("what cannot be replayed is said with the remedy", async () => {
  const database = bookings.environment["LINTEL_DATABASE_URL"] ?? "";
  const none = "00000000-0000-8000-8000-000000000000";
  expect(await lintel(["replay", none, "--database", database])).toMatchObject({ code: 3 });
  expect(await lintel(["replay", "x", "--database", database])).toMatchObject({
    code: 2,
    error: expect.stringContaining("uuid") as string,
  });
  const { host, port } = bookings.superuser;
  const admin = `postgresql://lintel_admin:test@${host}:${String(port)}/${bookings.database.name}`;
  expect((await lintel(["replay", none, "--database", admin])).code).toBe(2);
});

test("traces end with their time, and answers under keys with theirs", async () => {
  const reply = await addCustomer("t6");
  const id = reply.headers.get("lintel-execution");
  await bookings.superuser.query(
    `UPDATE lintel.executions SET expires_at = now() - interval '1 second' WHERE id = $1`,
    [id],
  );
  const swept = await sweep();
  expect(swept.body).toMatchObject({ purged: 1 });
  expect(await bookings.count(`lintel.steps WHERE execution_id = '${String(id)}'`)).toBe(0);
  expect((await bookings.call("POST", "/_lintel/sweep", { token })).status).toBe(401);
  expect((await bookings.call("POST", "/_lintel/sweep")).status).toBe(401);
});
