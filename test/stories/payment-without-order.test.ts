// The card was charged, the order could not be written, and the customer found out first.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type StripeStandIn, startStripe, type Trouble } from "../executor/stand-ins/stripe.ts";
import type { Reply } from "../executor/start-bookings.ts";
import { waitUntil } from "../executor/wait-until.ts";
import { findingsOf } from "./judge-tool.ts";
import { providerSecret, startWorkspace, type Workspace } from "./start-workspace.ts";

let workspace: Workspace;
let stripe: StripeStandIn;
let token: string;

beforeAll(async () => {
  stripe = await startStripe(providerSecret);
  workspace = await startWorkspace({ stripe: stripe.url });
  token = await workspace.agent();
});

afterAll(async () => {
  await workspace.stop();
  await stripe.stop();
});

beforeEach(() => stripe.clear());

const order = (number: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> =>
  workspace.call("POST", "/orders", { token, body: { number }, headers });

async function effectOf(reply: Reply): Promise<unknown> {
  const text = "SELECT state FROM lintel.effects WHERE execution_id = $1";
  return (await workspace.superuser.query(text, [reply.headers.get("lintel-execution")])).rows;
}

describe("an order that cannot be written", () => {
  test("costs nothing: what was taken is given back, and the record says so", async () => {
    expect((await order("twice")).status).toBe(200);
    expect(stripe.balance()).toBe(1250);
    const reply = await order("twice");
    expect([reply.status, reply.body["code"]]).toEqual([409, "already-exists"]);
    expect(stripe.balance()).toBe(1250);
    expect(stripe.ledger.map(({ from, amount }) => `${from} ${String(amount)}`)).toEqual([
      "customer 1250",
      "customer 1250",
      "merchant 1250",
    ]);
    expect(await effectOf(reply)).toEqual([{ state: "compensated" }]);
    expect((await workspace.executions()).at(-1)).toMatchObject({ outcome: "refused", error_code: "already-exists" });
  });

  test.each(["failAfter", "hangAfter", "resetAfter", "resetBefore", "fail"] as const)(
    "is paid back once, also where the provider answers the refund badly (%s)",
    async (trouble: Trouble) => {
      await order("bad-refund");
      stripe.clear();
      stripe.trouble("refunds", trouble);
      const reply = await order("bad-refund");
      expect(reply.status).toBe(409);
      await waitUntil(() => Promise.resolve(stripe.balance() === 0));
      expect(stripe.ledger.filter(({ from }) => from === "merchant")).toHaveLength(1);
    },
  );

  test("takes nothing where the answer to the charge was lost: it is looked up before anything is given back", async () => {
    await order("lost");
    stripe.clear();
    stripe.trouble("payment_intents", "hangAfter");
    const reply = await order("lost");
    expect(reply.status).toBe(409);
    expect(stripe.balance()).toBe(0);
  });
});

test("whatever goes wrong with twenty payments, money stands exactly where an order stands", async () => {
  const troubles = ["fail", "resetBefore", "resetAfter", "hangAfter", "failAfter", null, "limit"] as const;
  const before = await workspace.count("app.room");
  for (let round = 0; round < 20; round += 1) {
    stripe.trouble("payment_intents", troubles[round % troubles.length] ?? null);
    // Every third number is taken already.
    await order(round % 3 === 2 ? `mixed-${String(round - 1)}` : `mixed-${String(round)}`);
  }
  expect(stripe.balance()).toBe(1250 * ((await workspace.count("app.room")) - before));
});

test("the same order sent again under its key is paid once", async () => {
  const key = { "Idempotency-Key": "order-1" };
  const first = await order("keyed", key);
  const again = await order("keyed", key);
  expect(again.body).toEqual(first.body);
  expect(stripe.balance()).toBe(1250);
});

const charge = `  - { id: charge, type: payment, provider: stripe, operation: charge, amount: '\${money(100, "EUR")}'`;
const booking = `
  - id: book
    type: transaction
    after: [charge]
    nodes:
      - { id: room, type: write, action: update, entity: Room, key: "\${input.id}", values: { beds: "\${2}" } }`;

test("a payment that nothing gives back is Red, one that a compensation covers is not", () => {
  const rules = (flow: string): readonly string[] =>
    findingsOf(flow)
      .filter(({ level }) => level === "red")
      .map(({ rule }) => rule);
  expect(rules(`${charge} }${booking}`)).toEqual(["payment-without-compensation"]);
  expect(rules(`${charge}, compensate: { operation: refund, charge: "\${nodes.charge.id}" } }${booking}`)).toEqual([]);
});
