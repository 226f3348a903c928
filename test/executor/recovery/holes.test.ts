// Interleavings that once went wrong.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { waitUntil } from "../wait-until.ts";
import { book, charge, order, reached, type Sagas, startSagas, tool } from "./sagas.ts";

let sagas: Sagas;
const held: (() => void)[] = [];
/** A service that honours no keys, and answers when it is told to. */
const plain = createServer((request, response) => {
  request.resume().on("end", () => held.push(() => response.writeHead(200).end()));
});

const room = `type: write, action: create, entity: Room, values: { number: "\${input.number}", beds: 1, nightlyRate: '\${money(100, "EUR")}' }`;
const files = {
  "tools/last.yaml": tool(
    "last",
    `${charge}\n${book("charge")}\n  - { id: note, type: http, after: [book], provider: plain, method: POST, url: /notes, timeout: 20s, delivery: atMostOnce, body: { a: 1 } }`,
  ),
  "tools/loop.yaml": tool(
    "loop",
    `  - id: each
    type: forEach
    items: "[1, 2]"
    maximum: 3
    nodes:
      - id: maybe
        type: if
        condition: "true"
        onError: continue
        then:
          - id: inner
            type: transaction
            nodes:
              - { id: room, ${room} }
              - { id: fits, type: assert, after: [room], expr: item == 2, message: only two }
      - { id: charge, type: transform, after: [maybe], value: { id: "\${string(item)}" } }`,
  )
    .replace("nodes.charge.id", "nodes.each[0].charge.id")
    .replace("nodes.room.id", "nodes.each[1].charge.id"),
  "tools/again.yaml": tool(
    "again",
    `  - id: tries
    type: retry
    retry: { maxAttempts: 3, backoff: constant, initialDelay: 40s, maxDelay: 40s }
    onError: continue
    nodes:
      - { id: first, type: payment, operation: charge, amount: '\${money(1250, "EUR")}', timeout: 20s, compensate: { operation: refund, charge: "\${nodes.first.id}" } }
      - { id: look, type: assert, after: [first], expr: 'input.number == "never"', message: it never fits }
${charge.replace("id: charge,", "id: charge, after: [tries],")}
${book("charge")}
${order}`,
  ),
  "tools/polled.yaml": tool(
    "polled",
    `${charge}
  - id: book
    type: transaction
    after: [charge]
    nodes:
      - { id: rate, type: http, provider: housekeeping, method: GET, url: /rate }
      - { id: room, after: [rate], ${room} }
  - id: wait
    type: poll
    after: [book]
    until: nodes.ready.status == 202
    maxAttempts: 8
    interval: 1s
    nodes:
      - { id: ready, type: http, provider: housekeeping, method: GET, url: /ready }
${order.replace("after: [book]", "after: [wait]")}`,
  ),
};

beforeAll(async () => {
  await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
  const { port } = plain.address() as AddressInfo;
  sagas = await startSagas({
    settings: { LINTEL_TRACE: "all" },
    files,
    providers: [`plain: { type: http, baseUrl: "http://127.0.0.1:${String(port)}" }`],
    limits: "{ executionTime: 30s }",
  });
}, 60_000);

afterAll(async () => {
  plain.closeAllConnections();
  plain.close();
  await sagas.stop();
});

beforeEach(() => {
  sagas.stripe.clear();
  sagas.housekeeping.received.length = 0;
  sagas.housekeeping.answer("POST /v1/cleanings", { status: 201, body: {} });
  held.length = 0;
});

const sent = (path: string): number => sagas.stripe.calls.filter((one) => one.path === path).length;
const rows = async (text: string, ...values: readonly unknown[]): Promise<readonly unknown[]> =>
  (await sagas.bookings.superuser.query(text, [...values])).rows as unknown[];
const ends = (number: string): Promise<readonly unknown[]> =>
  rows(
    `SELECT a.outcome, a.status FROM lintel.audit_log a JOIN lintel.idempotency_keys k ON k.execution_id = a.execution_id WHERE k.key = $1 AND a.kind = 'execution'`,
    number,
  );
/** Sweeps until nothing is open; a sweep that is under way may be past this one. */
async function settled(number: string): Promise<void> {
  await waitUntil(async () => {
    await rows(`UPDATE lintel.executions SET lease_until = now() - interval '1 second' WHERE state = 'settling'`);
    await sagas.sweep();
    return (await sagas.state(number))?.["state"] === "done";
  });
}

const limited = ["limit", "limit", "limit", "limit", "limit", "limit"] as const;

test("a provider that takes no question now has not said that nothing happened: the charge is looked up later, and given back", async () => {
  sagas.stripe.trouble("POST payment_intents", "resetAfter", ...limited);
  expect((await sagas.call("saga", "a1")).status).toBe(502);
  expect(await sagas.state("a1")).toMatchObject({ state: "settling" });
  sagas.stripe.trouble("POST payment_intents", null);
  expect((await sagas.call("saga", "a1")).headers.get("idempotent-replayed")).toBe("true");
  await settled("a1");
  expect(sagas.stripe.balance()).toBe(0);
  expect(sagas.stripe.ledger).toHaveLength(2);
});

test("nor after a crash: what was sent before it may have happened", async () => {
  sagas.stripe.trouble("POST payment_intents", "hangAfter", ...limited);
  sagas.begin("saga", "a2");
  await waitUntil(() => Promise.resolve(sent("payment_intents") === 1));
  await sagas.killAndRestart();
  await reached(sagas, "a2", "settling");
  sagas.stripe.trouble("POST payment_intents", null);
  await settled("a2");
  expect(sagas.stripe.balance()).toBe(0);
});

test("a success that cannot be recorded, as another has taken the execution up, is not told to the caller", async () => {
  const reply = sagas.call("last", "a3");
  await waitUntil(() => Promise.resolve(held.length === 1));
  await rows(
    `UPDATE lintel.executions SET owner = gen_random_uuid(), attempt = 1, lease_until = now() - interval '1 second' WHERE state = 'running'`,
  );
  await sagas.sweep();
  for (const answer of held) answer();
  expect(await reply).toMatchObject({ status: 503, body: { code: "outcome-unknown" } });
  expect(await ends("a3")).toEqual([{ outcome: "failed", status: 502 }]);
  expect(sagas.stripe.balance()).toBe(0);
});

test("a loop around a transaction that is rolled back keeps its results", async () => {
  const reply = await sagas.call("loop", "a4");
  expect(reply).toMatchObject({ status: 200, body: { charge: "1", room: "2" } });
});

test("the decision to try no more is kept over a crash", async () => {
  sagas.housekeeping.answer("POST /v1/cleanings", "hang");
  sagas.begin("again", "a5");
  await waitUntil(() => Promise.resolve(sagas.housekeeping.received.length === 1));
  sagas.housekeeping.answer("POST /v1/cleanings", { status: 201, body: {} });
  const charged = sent("payment_intents");
  await sagas.killAndRestart();
  await reached(sagas, "a5", "done");
  expect(sent("payment_intents")).toBe(charged);
});

test("a poll that goes on after a crash waits between its rounds", async () => {
  sagas.housekeeping.answer("GET /v1/rate", { status: 200, body: {} });
  sagas.housekeeping.answer("GET /v1/ready", { status: 200, body: {} });
  sagas.begin("polled", "a6");
  const asked = (): number => sagas.housekeeping.received.filter(({ url }) => url === "/v1/ready").length;
  await waitUntil(() => Promise.resolve(asked() === 2));
  sagas.housekeeping.answer("GET /v1/ready", "reset");
  await sagas.killAndRestart();
  sagas.housekeeping.answer("GET /v1/ready", { status: 202, body: {} });
  await reached(sagas, "a6", "done");
  expect(asked()).toBeLessThan(6);
  expect(await ends("a6")).toEqual([{ outcome: "succeeded", status: 200 }]);
});

test("an execution whose first commit is lost ends once, under its own key, and with its own problem", async () => {
  await rows(
    `CREATE FUNCTION public.die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'`,
  );
  await rows(
    `CREATE TRIGGER die AFTER INSERT ON lintel.executions FOR EACH ROW WHEN (NEW.tool = 'doomed' AND NEW.reason IS NULL) EXECUTE FUNCTION public.die()`,
  );
  expect(await sagas.call("doomed", "a7")).toMatchObject({ status: 503, body: { code: "database-unavailable" } });
  await rows(`DROP TRIGGER die ON lintel.executions`);
  expect(sagas.stripe.calls).toEqual([]);
  expect(await ends("a7")).toEqual([{ outcome: "failed", status: 503 }]);
  expect((await sagas.call("doomed", "a7")).status).toBe(422);
});

test("a refund whose key the provider has spent on an error goes out under the next one", async () => {
  sagas.stripe.trouble("POST refunds", "fail");
  expect((await sagas.call("doomed", "a8")).status).toBe(422);
  expect(await sagas.state("a8")).toMatchObject({ state: "done" });
  expect(sagas.stripe.balance()).toBe(0);
});

test("a refund is not sent again once the provider may have forgotten its key", async () => {
  sagas.stripe.trouble("POST refunds", "hangAfter");
  sagas.begin("doomed", "a9");
  await waitUntil(() => Promise.resolve(sent("refunds") === 1));
  await rows(`UPDATE lintel.effects SET started_at = now() - interval '40 hours' WHERE state = 'succeeded'`);
  await sagas.killAndRestart();
  await reached(sagas, "a9", "parked");
  expect(await sagas.state("a9")).toMatchObject({ reason: "compensation-failed" });
  expect(sent("refunds")).toBe(1);
});
