import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { waitUntil } from "../wait-until.ts";
import { reached, type Sagas, startSagas } from "./sagas.ts";

let sagas: Sagas;

beforeAll(async () => {
  sagas = await startSagas();
}, 60_000);

afterAll(() => sagas.stop());

beforeEach(() => {
  sagas.stripe.clear();
  sagas.housekeeping.received.length = 0;
  sagas.housekeeping.answer("POST /v1/cleanings", { status: 201, body: {} });
});

const sent = (path: string): number => sagas.stripe.calls.filter((one) => one.path === path).length;

async function recordsOf(number: string): Promise<readonly unknown[]> {
  const text = `SELECT a.kind, a.outcome, a.status FROM lintel.audit_log a JOIN lintel.idempotency_keys k ON k.execution_id = a.execution_id WHERE k.key = $1 ORDER BY a.id`;
  return (await sagas.bookings.superuser.query(text, [number])).rows as unknown[];
}

const rooms = (number: string): Promise<number> => sagas.bookings.count(`app.room WHERE number = '${number}'`);

test("a saga that nothing stops is done, with each of its steps in the journal", async () => {
  const reply = await sagas.call("saga", "s0");
  expect(reply.status).toBe(200);
  expect(await sagas.state("s0")).toMatchObject({ state: "done", attempt: 0 });
  const steps = `SELECT path FROM lintel.steps JOIN lintel.idempotency_keys USING (execution_id) WHERE key = 's0' ORDER BY path`;
  expect((await sagas.bookings.superuser.query(steps)).rows).toEqual([
    { path: "book" },
    { path: "charge" },
    { path: "order" },
  ]);
  expect(await recordsOf("s0")).toMatchObject([{ kind: "segment" }, { kind: "execution", outcome: "succeeded" }]);
});

test("a charge whose answer was lost with its instance is charged once, and the flow goes on to its end", async () => {
  sagas.stripe.trouble("POST payment_intents", "hangAfter");
  sagas.begin("saga", "s1");
  await waitUntil(() => Promise.resolve(sent("payment_intents") === 1));
  await sagas.killAndRestart();
  await reached(sagas, "s1", "done");
  expect(sagas.stripe.ledger).toHaveLength(1);
  expect(await rooms("s1")).toBe(1);
  expect(sagas.housekeeping.received).toHaveLength(1);
  expect(await recordsOf("s1")).toEqual([
    { kind: "segment", outcome: "committed", status: null },
    { kind: "execution", outcome: "succeeded", status: 200 },
  ]);
  const again = await sagas.call("saga", "s1");
  expect(again.status).toBe(200);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(again.body["charge"]).toMatch(/^pi_/u);
  expect(sagas.stripe.ledger).toHaveLength(1);
});

test("what is committed is not done again: only the call behind it is, under the same key", async () => {
  sagas.housekeeping.answer("POST /v1/cleanings", "hang");
  sagas.begin("saga", "s2");
  await waitUntil(() => Promise.resolve(sagas.housekeeping.received.length === 1));
  sagas.housekeeping.answer("POST /v1/cleanings", { status: 201, body: {} });
  await sagas.killAndRestart();
  await reached(sagas, "s2", "done");
  expect(sent("payment_intents")).toBe(1);
  expect(await rooms("s2")).toBe(1);
  const [first, second] = sagas.housekeeping.received;
  expect(second?.headers["idempotency-key"]).toBe(first?.headers["idempotency-key"]);
  expect(second?.body).toBe(first?.body);
});

test("a flow that had failed is only undone: the refund goes on where it was", async () => {
  sagas.stripe.trouble("POST refunds", "hangAfter");
  sagas.begin("doomed", "s3");
  await waitUntil(() => Promise.resolve(sent("refunds") === 1));
  expect(await sagas.state("s3")).toMatchObject({ state: "compensating" });
  await sagas.killAndRestart();
  await reached(sagas, "s3", "done");
  expect(sagas.stripe.balance()).toBe(0);
  expect(sagas.stripe.ledger).toHaveLength(2);
  expect(await rooms("s3")).toBe(0);
  expect(await recordsOf("s3")).toEqual([{ kind: "execution", outcome: "refused", status: 422 }]);
});

test("an execution that is alive is left alone, and one that another has taken up is not ended twice", async () => {
  sagas.stripe.trouble("POST payment_intents", "hangAfter");
  sagas.begin("saga", "s4");
  await waitUntil(() => Promise.resolve(sent("payment_intents") === 1));
  expect((await sagas.sweep()).body).toMatchObject({ recovered: 0 });
  // As if another instance had taken it up and ended it.
  await sagas.bookings.superuser.query(
    `UPDATE lintel.executions SET owner = gen_random_uuid(), attempt = 1, lease_until = now() - interval '1 second' WHERE state = 'running'`,
  );
  expect((await sagas.sweep()).body).toMatchObject({ recovered: 1 });
  await reached(sagas, "s4", "done");
  expect(sagas.stripe.ledger).toHaveLength(1);
  expect((await recordsOf("s4")).filter((one) => (one as { kind: string }).kind === "execution")).toHaveLength(1);
});

test("a sweep is the scheduler's to ask for", async () => {
  const agent = await sagas.bookings.agent();
  expect(await sagas.request("POST", "/_lintel/sweep", agent)).toMatchObject({ status: 401 });
  expect(await sagas.sweep()).toMatchObject({ status: 200, body: { recovered: 0, parked: 0 } });
});
