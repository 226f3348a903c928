import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Reply } from "../start-bookings.ts";
import { waitUntil } from "../wait-until.ts";
import { reached, type Sagas, startSagas } from "./sagas.ts";

let sagas: Sagas;
let token: string;

beforeAll(async () => {
  sagas = await startSagas();
  token = await sagas.bookings.issuer.token({ sub: "olga", roles: ["operator"] });
}, 60_000);

afterAll(() => sagas.stop());

beforeEach(() => {
  sagas.stripe.clear();
  sagas.housekeeping.received.length = 0;
});

const admin = (method: string, path: string, as = token): Promise<Reply> =>
  sagas.request(method, `/_lintel/admin/${path}`, as);

/** A saga whose order hangs when its instance vanishes, which has been taken up too often to be taken up again. */
async function parked(number: string): Promise<string> {
  sagas.housekeeping.answer("POST /v1/cleanings", "hang");
  sagas.begin("saga", number);
  await waitUntil(() => Promise.resolve(sagas.housekeeping.received.length === 1));
  await sagas.bookings.superuser.query(`UPDATE lintel.executions SET stalled = 99 WHERE state = 'running'`);
  await sagas.killAndRestart();
  await reached(sagas, number, "parked");
  sagas.housekeeping.answer("POST /v1/cleanings", { status: 201, body: {} });
  sagas.housekeeping.answer("DELETE /v1/cleanings", { status: 204 });
  const { body } = await admin("GET", "sagas?state=parked");
  const [saga] = body["items"] as readonly Readonly<Record<string, unknown>>[];
  expect(saga).toMatchObject({ tool: "saga", state: "parked", reason: "attempts-exhausted", attempt: 1 });
  return String(saga?.["execution"]);
}

const records = async (execution: string): Promise<readonly unknown[]> => {
  const text = `SELECT kind, outcome, error_code, caller_subject FROM lintel.audit_log WHERE execution_id = $1 ORDER BY id`;
  return (await sagas.bookings.superuser.query(text, [execution])).rows as unknown[];
};

test("what was taken up too often waits for a person, who lets it go on; who it was is recorded before", async () => {
  const execution = await parked("h1");
  const reply = await admin("POST", `sagas/${execution}/retry`);
  expect(reply).toMatchObject({ status: 200, body: { saga: { state: "done" } } });
  expect(sagas.stripe.balance()).toBe(1250);
  expect(sagas.housekeeping.received.map(({ method }) => method)).toEqual(["POST", "POST"]);
  expect(await records(execution)).toEqual([
    { kind: "segment", outcome: "committed", error_code: null, caller_subject: "agent-1" },
    { kind: "settlement", outcome: "retry", error_code: null, caller_subject: "olga" },
    { kind: "execution", outcome: "succeeded", error_code: null, caller_subject: "agent-1" },
  ]);
  expect(await admin("POST", `sagas/${execution}/retry`)).toMatchObject({ status: 409, body: { code: "not-parked" } });
});

test("or has it undone: what is known to have happened is given back, and what is not is told", async () => {
  const execution = await parked("h2");
  const reply = await admin("POST", `sagas/${execution}/compensate`);
  expect(reply.status).toBe(200);
  expect(sagas.stripe.balance()).toBe(0);
  expect(reply.body["effects"]).toMatchObject([
    { node: "charge", state: "compensated" },
    { node: "order", state: "unknown" },
  ]);
  // The service that was not asked again may have the order: that stays a person's.
  expect(reply.body).toMatchObject({ saga: { state: "parked", reason: "outcome-unknown" } });
  const accepted = await admin("POST", `sagas/${execution}/accept`);
  expect(accepted).toMatchObject({ status: 200, body: { saga: { state: "done" } } });
  expect(await records(execution)).toContainEqual({
    kind: "execution",
    outcome: "failed",
    error_code: "undone-by-hand",
    caller_subject: "agent-1",
  });
});

test("nobody else may", async () => {
  const agent = await sagas.bookings.agent();
  const id = "00000000-0000-8000-8000-000000000000";
  for (const action of ["retry", "compensate", "accept"]) {
    expect((await admin("POST", `sagas/${id}/${action}`, agent)).status).toBe(403);
    expect((await admin("POST", `sagas/${id}/${action}`)).status).toBe(404);
    expect((await admin("POST", `sagas/x/${action}`)).status).toBe(404);
    expect((await admin("POST", `sagas/${id}/${action}?force=1`)).status).toBe(422);
  }
  expect((await admin("GET", "sagas", agent)).status).toBe(403);
});
