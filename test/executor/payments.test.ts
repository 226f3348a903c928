import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type StripeStandIn, startStripe } from "./stand-ins/stripe.ts";
import { type Bookings, type Reply, startBookings } from "./start-bookings.ts";

let bookings: Bookings;
let stripe: StripeStandIn;
let token: string;
const secret = "sk_test_very-secret";

const head = (name: string): string => `
apiVersion: lintel/v1
kind: Tool
name: ${name}
trigger: { http: { method: POST, path: /${name} } }
authorize: { roles: [agent] }
input:
  type: object
  additionalProperties: false
  required: [number]
  properties: { number: { type: string, maxLength: 20 }, cents: { type: integer, default: 1250 }, charge: { type: string, default: none } }
`;
const output =
  "output: { type: object, properties: { id: { type: [string, 'null'] }, status: { type: [string, 'null'] }, amount: {} } }";
const respond =
  'respond: { id: "${nodes.charge.id}", status: "${nodes.charge.status}", amount: "${nodes.charge.amount}" }';
const charge = (more: string): string =>
  `{ id: charge, type: payment, operation: charge, amount: '\${money(input.cents, "EUR")}', customer: cus_1, paymentMethod: pm_card, ` +
  `metadata: { number: "\${input.number}" }, timeout: 400ms, compensate: { operation: refund, charge: "\${nodes.charge.id}" }${more} }`;
const room = `
  - id: book
    type: transaction
    after: [charge]
    nodes:
      - { id: room, type: write, action: create, entity: Room, values: { number: "\${input.number}", beds: 1, nightlyRate: '\${money(100, "EUR")}' } }`;

const files: Readonly<Record<string, string>> = {
  "tools/pay.yaml": `${head("pay")}${output}\nflow:\n  - ${charge("")}${room}\n${respond}\n`,
  "tools/pay-anyway.yaml": `${head("pay-anyway")}${output}
flow:
  - ${charge(", onError: continue")}${room}
respond: { id: "\${nodes.charge == null ? null : nodes.charge.id}" }
`,
  "tools/pay-each.yaml": `${head("pay-each")}
output: { type: object, required: [ids], properties: { ids: { type: array, items: { type: string } } } }
flow:
  - id: each
    type: forEach
    items: "[1, 2, 3]"
    maximum: 3
    nodes:
      - { id: charge, type: payment, operation: charge, amount: '\${money(item * 100, "EUR")}', timeout: 400ms, compensate: { operation: refund } }
  - { id: fits, type: assert, after: [each], expr: 'input.number != "none"', message: none is no number }
respond: { ids: "\${nodes.each.map(e, e.charge.id)}" }
`,
  "tools/pay-again.yaml": `${head("pay-again")}${output}
flow:
  - id: again
    type: retry
    retry: { maxAttempts: 3, backoff: constant, initialDelay: 1ms, maxDelay: 1ms }
    nodes:
      - { id: charge, type: payment, operation: charge, amount: '\${money(input.cents, "EUR")}', timeout: 200ms, retry: { maxAttempts: 1, initialDelay: 1ms, maxDelay: 1ms }, compensate: { operation: refund } }
respond: { id: "\${nodes.charge.id}" }
`,
  "tools/give-back.yaml": `${head("give-back")}${output}
flow:
  - { id: charge, type: payment, operation: refund, charge: "\${input.charge}", amount: '\${money(input.cents, "EUR")}', timeout: 400ms }
${respond}
`,
};

beforeAll(async () => {
  stripe = await startStripe(secret);
  const providers = [`stripe: { type: payment, api: stripe, baseUrl: "${stripe.url}", secret: stripe-key }`];
  bookings = await startBookings({ files, providers, settings: { LINTEL_SECRET_STRIPE_KEY: secret } });
  token = await bookings.agent();
});

afterAll(async () => {
  await bookings.stop();
  await stripe.stop();
});

beforeEach(() => stripe.clear());

async function pay(tool: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  return bookings.call("POST", `/${tool}`, { token, body, headers });
}

async function effectsOf(reply: Reply): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const text = `SELECT node, state, attempts, error_code, idempotency_key FROM lintel.effects WHERE execution_id = $1 ORDER BY node`;
  return (await bookings.superuser.query(text, [reply.headers.get("lintel-execution")])).rows as [];
}

const sent = (): readonly string[] => stripe.calls.map(({ method, path }) => `${method} ${path}`);

describe("a charge", () => {
  test("is confirmed in one request, in minor units, under the effect's key, and says which execution it is of", async () => {
    const reply = await pay("pay", { number: "p1" });
    expect(reply.body).toEqual({
      id: expect.stringMatching(/^pi_/u) as unknown,
      status: "succeeded",
      amount: { amount: 1250, currency: "EUR" },
    });
    const [effect] = await effectsOf(reply);
    expect(effect).toMatchObject({ node: "charge", state: "succeeded", attempts: 1 });
    const [call, ...others] = stripe.calls;
    expect(others).toEqual([]);
    expect(call?.path).toBe("payment_intents");
    expect(call?.headers).toMatchObject({
      "idempotency-key": effect?.["idempotency_key"],
      "stripe-version": "2024-06-20",
      "content-type": expect.stringContaining("application/x-www-form-urlencoded") as unknown,
    });
    expect(call?.fields).toMatchObject({
      amount: "1250",
      currency: "eur",
      confirm: "true",
      customer: "cus_1",
      payment_method: "pm_card",
      "metadata[number]": "p1",
      "metadata[lintel_execution]": reply.headers.get("lintel-execution"),
      "metadata[lintel_node]": "charge",
    });
    expect(stripe.balance()).toBe(1250);
  });

  test("that is declined is refused once, with the decline code, and nothing that was answered beside it", async () => {
    stripe.trouble("POST payment_intents", { decline: "insufficient_funds" });
    const reply = await pay("pay", { number: "p2" });
    expect(reply.status).toBe(502);
    expect(reply.body).toMatchObject({
      code: "external-call-failed",
      detail: "node charge was declined: insufficient_funds",
    });
    expect(stripe.calls).toHaveLength(1);
    expect(await effectsOf(reply)).toMatchObject([{ state: "failed" }]);
    expect(stripe.balance()).toBe(0);
    expect(bookings.logs.join("")).not.toMatch(/4242|sk_test/u);
  });

  test("of a card that is known as stolen is declined like any other", async () => {
    stripe.trouble("POST payment_intents", { decline: "stolen_card" });
    expect((await pay("pay", { number: "p3" })).body["detail"]).toBe("node charge was declined: generic_decline");
  });

  test.each([0, -5])("of %d is refused before anything is sent", async (cents) => {
    const reply = await pay("pay", { number: "p4", cents });
    expect(reply.body).toMatchObject({ code: "invalid-value" });
    expect(stripe.calls).toEqual([]);
    expect(await effectsOf(reply)).toEqual([]);
  });

  test("is refunded exactly once, under a key of its own, when a later node fails", async () => {
    await pay("pay", { number: "p5" });
    stripe.clear();
    const reply = await pay("pay", { number: "p5" });
    expect(reply.body).toMatchObject({ code: "already-exists" });
    expect(sent()).toEqual(["POST payment_intents", "POST refunds"]);
    expect(new Set(stripe.calls.map(({ headers }) => headers["idempotency-key"])).size).toBe(2);
    expect(stripe.ledger).toHaveLength(2);
    expect(stripe.balance()).toBe(0);
    expect(await effectsOf(reply)).toMatchObject([{ state: "compensated" }]);
  });

  test("in each round of a loop has its own key, and all are given back when the flow fails", async () => {
    expect((await pay("pay-each", { number: "one" })).body["ids"]).toHaveLength(3);
    expect(stripe.balance()).toBe(600);
    stripe.clear();
    expect((await pay("pay-each", { number: "none" })).body).toMatchObject({ code: "assertion-failed" });
    expect(stripe.ledger).toHaveLength(6);
    expect(stripe.balance()).toBe(0);
  });
});

describe("a lost answer", () => {
  test.each(["hangBefore", "hangAfter", "resetBefore", "resetAfter", "limit"] as const)(
    "(%s) never charges twice: the request is repeated with its key",
    async (trouble) => {
      stripe.trouble("POST payment_intents", trouble);
      const reply = await pay("pay", { number: trouble.slice(0, 3) + trouble.slice(-3) });
      expect(reply.body["status"]).toBe("succeeded");
      expect(stripe.ledger).toHaveLength(1);
      expect(await effectsOf(reply)).toMatchObject([{ state: "succeeded", attempts: 2 }]);
    },
  );

  test("of a request that is still under way is waited for (409), not charged beside it", async () => {
    stripe.trouble("POST payment_intents", { workFor: 420 });
    const reply = await pay("pay", { number: "slow" });
    expect(reply.body["status"]).toBe("succeeded");
    expect(stripe.ledger).toHaveLength(1);
  });

  test.each(["hangAfter", "resetAfter"] as const)(
    "(%s) that no attempt brings is asked for once more when the flow has failed, and the charge is given back",
    async (trouble) => {
      stripe.trouble("POST payment_intents", trouble, trouble, trouble);
      const reply = await pay("pay", { number: `dark-${trouble}` });
      expect(reply.status).toBeGreaterThanOrEqual(502);
      expect(stripe.ledger.map(({ to }) => to)).toEqual(["merchant", "customer"]);
      expect(stripe.balance()).toBe(0);
      expect(await effectsOf(reply)).toMatchObject([{ state: "compensated" }]);
    },
  );

  test("that the provider itself has lost (500, kept under the key) is found among what it has booked, and given back", async () => {
    stripe.trouble("POST payment_intents", "failAfter");
    const reply = await pay("pay", { number: "five" });
    expect(reply.status).toBe(502);
    expect(sent()).toContain("GET payment_intents");
    expect(stripe.ledger).toHaveLength(2);
    expect(stripe.balance()).toBe(0);
    expect(await effectsOf(reply)).toMatchObject([{ state: "compensated" }]);
  });

  test("of a request that booked nothing (500) is found out too: the effect has failed, and nothing is given back", async () => {
    stripe.trouble("POST payment_intents", "fail");
    const reply = await pay("pay", { number: "six" });
    expect(reply.status).toBe(502);
    expect(stripe.ledger).toEqual([]);
    expect(await effectsOf(reply)).toMatchObject([{ state: "failed" }]);
  });

  test("of a refund is found out as well: the money goes back once", async () => {
    await pay("pay", { number: "seven" });
    stripe.clear();
    stripe.trouble("POST refunds", "failAfter");
    const reply = await pay("pay", { number: "seven" });
    expect(reply.body).toMatchObject({ code: "already-exists" });
    expect(stripe.ledger).toHaveLength(2);
    expect(stripe.balance()).toBe(0);
    expect(await effectsOf(reply)).toMatchObject([{ state: "compensated" }]);
  });

  test("of a charge that the flow went on without is found out in the end, and the charge given back", async () => {
    stripe.trouble("POST payment_intents", "failAfter");
    const reply = await pay("pay-anyway", { number: "eight" });
    expect(reply.body).toEqual({ id: null });
    expect(stripe.balance()).toBe(0);
    expect(stripe.ledger).toHaveLength(2);
    expect(await effectsOf(reply)).toMatchObject([{ state: "compensated" }]);
  });

  test("in a round of a retry is settled before the next round charges again", async () => {
    stripe.trouble("POST payment_intents", "failAfter");
    const reply = await pay("pay-again", { number: "nine" });
    expect(reply.body).toMatchObject({ id: expect.stringMatching(/^pi_/u) as unknown });
    expect(stripe.ledger.map(({ to }) => to)).toEqual(["merchant", "customer", "merchant"]);
    expect(stripe.balance()).toBe(1250);
  });

  test("that nobody can say anything about is left unknown, for a person, and no round charges again", async () => {
    stripe.trouble("POST payment_intents", "failAfter");
    stripe.trouble("GET payment_intents", "fail", "fail", "fail", "fail");
    const reply = await pay("pay-again", { number: "ten" });
    expect(reply.status).toBe(502);
    expect(await effectsOf(reply)).toMatchObject([{ state: "unknown" }]);
    expect(stripe.ledger).toHaveLength(1);
  });
});

describe("a refund", () => {
  test("of a part is made under its own key", async () => {
    const { body } = await pay("pay", { number: "r1" });
    const reply = await pay("give-back", { number: "r1", charge: body["id"], cents: 250 });
    expect(reply.body).toMatchObject({ status: "succeeded", amount: { amount: 250, currency: "EUR" } });
    expect(stripe.balance()).toBe(1000);
  });

  test.each(["pi_1/../../customers", "", "a b"])("of %j is refused before anything is sent", async (id) => {
    expect((await pay("give-back", { number: "r2", charge: id })).body).toMatchObject({ code: "invalid-value" });
    expect(stripe.calls).toEqual([]);
  });

  test("of a charge that there is not is refused with the provider's code", async () => {
    const { body } = await pay("give-back", { number: "r3", charge: "pi_999" });
    expect(body["detail"]).toBe("node charge was refused (status 404, resource_missing)");
  });
});
