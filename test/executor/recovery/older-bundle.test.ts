import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { waitUntil } from "../wait-until.ts";
import { reached, type Sagas, startSagas } from "./sagas.ts";

let sagas: Sagas;

beforeAll(async () => {
  sagas = await startSagas();
}, 60_000);

afterAll(() => sagas.stop());

beforeEach(() => sagas.stripe.clear());

/** The saga as the next release has it: it answers another text, and orders nothing. */
const next = (answer: string): string => `
apiVersion: lintel/v1
kind: Tool
name: saga
trigger: { http: { method: POST, path: /saga } }
authorize: { roles: [agent] }
input: { type: object, additionalProperties: false, required: [number], properties: { number: { type: string, maxLength: 20 } } }
output: { type: object, properties: { charge: { type: [string, 'null'] }, room: { type: [string, 'null'] } } }
flow:
  - { id: fits, type: assert, expr: 'input.number != ""', message: a room has a number }
respond: { charge: "${answer}", room: "${answer}" }
`;

async function hangAtOrder(number: string): Promise<void> {
  const known = sagas.housekeeping.received.length;
  sagas.housekeeping.answer("POST /v1/cleanings", "hang");
  sagas.begin("saga", number);
  await waitUntil(() => Promise.resolve(sagas.housekeeping.received.length === known + 1));
  sagas.housekeeping.answer("POST /v1/cleanings", { status: 201, body: {} });
}

test("work is ended under the bundle that it began with, although another one is served by now", async () => {
  const { bookings } = sagas;
  await hangAtOrder("o1");
  const digest = await sagas.killAndDeploy({ "tools/saga.yaml": next("second") });
  await reached(sagas, "o1", "done");
  expect(sagas.housekeeping.received).toHaveLength(2);
  const { rows } = await bookings.superuser.query(
    `SELECT bundle_digest, outcome FROM lintel.audit_log WHERE kind = 'execution' AND tool = 'saga' ORDER BY id`,
  );
  expect(rows).toEqual([{ bundle_digest: bookings.bundle.digest, outcome: "succeeded" }]);
  expect((await sagas.call("saga", "o1")).body["charge"]).toMatch(/^pi_/u);
  expect(await sagas.call("saga", "o2")).toMatchObject({ status: 200, body: { charge: "second" } });
  expect(digest).not.toBe(bookings.bundle.digest);
});

test("where the database does not serve that bundle any more, the work waits for a person who deploys it again", async () => {
  const { superuser, bundle } = sagas.bookings;
  await superuser.query(
    `UPDATE lintel.executions SET state = 'running', lease_until = now(), finished_at = NULL WHERE state = 'done'`,
  );
  await superuser.query(`UPDATE lintel.bundles SET state = 'retired' WHERE digest = $1`, [bundle.digest]);
  expect((await sagas.sweep()).body).toMatchObject({ recovered: 1, parked: 1 });
  const state = await sagas.state("o1");
  expect(state).toMatchObject({ state: "parked", reason: expect.stringContaining("is retired") as string });
});
