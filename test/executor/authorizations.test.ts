import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { fromStripe, toStripe } from "../../executor/providers/stripe/amounts.ts";
import { type StripeStandIn, startStripe } from "./stand-ins/stripe.ts";
import { type Bookings, type Reply, startBookings } from "./start-bookings.ts";

const secret = "sk_test_very-secret";

/** The money is held, the room is written, and then the money is taken: as much of it as the room costs. */
const tool = `
apiVersion: lintel/v1
kind: Tool
name: hold
trigger: { http: { method: POST, path: /hold } }
authorize: { roles: [agent] }
input:
  type: object
  additionalProperties: false
  required: [number, taken]
  properties: { number: { type: string, maxLength: 20 }, taken: { type: integer } }
output: { type: object, properties: { held: {}, taken: {}, status: { type: string } } }
flow:
  - id: held
    type: payment
    operation: authorize
    amount: '\${money(1250, "EUR")}'
    customer: cus_1
    timeout: 400ms
    compensate: { operation: cancel }
  - id: book
    type: transaction
    after: [held]
    nodes:
      - { id: room, type: write, action: create, entity: Room, values: { number: "\${input.number}", beds: 1, nightlyRate: '\${money(100, "EUR")}' } }
  - id: taken
    type: payment
    operation: capture
    after: [book]
    charge: "\${nodes.held.id}"
    amount: '\${money(input.taken, "EUR")}'
    timeout: 400ms
    compensate: { operation: refund }
respond: { held: "\${nodes.held.amount}", taken: "\${nodes.taken.amount}", status: "\${nodes.taken.status}" }
`;

let bookings: Bookings;
let stripe: StripeStandIn;
let token: string;

beforeAll(async () => {
  stripe = await startStripe(secret);
  const providers = [`stripe: { type: payment, api: stripe, baseUrl: "${stripe.url}", secret: stripe-key }`];
  const files = { "tools/hold.yaml": tool };
  bookings = await startBookings({ files, providers, settings: { LINTEL_SECRET_STRIPE_KEY: secret } });
  token = await bookings.agent();
});
afterAll(async () => {
  await bookings.stop();
  await stripe.stop();
});
beforeEach(() => stripe.clear());

const hold = (number: string, taken = 1250): Promise<Reply> =>
  bookings.call("POST", "/hold", { token, body: { number, taken } });
const sent = (): readonly string[] =>
  stripe.calls.map(({ method, path }) => `${method} ${path.replace(/pi_\d+/u, "pi")}`);

test("money is held without being taken, and then a part of it is taken, once", async () => {
  const reply = await hold("h1", 1000);
  expect(reply.body).toEqual({
    held: { amount: 1250, currency: "EUR" },
    taken: { amount: 1000, currency: "EUR" },
    status: "succeeded",
  });
  expect(stripe.calls[0]?.fields).toMatchObject({ capture_method: "manual", confirm: "true" });
  expect(stripe.calls[1]?.fields).toEqual({ amount_to_capture: "1000" });
  expect(stripe.ledger).toHaveLength(1);
  expect(stripe.balance()).toBe(1000);
});

test("money that is held is released when what follows fails, and none has moved", async () => {
  await hold("h2");
  stripe.clear();
  expect((await hold("h2")).body).toMatchObject({ code: "already-exists" });
  expect(sent()).toEqual(["POST payment_intents", "POST payment_intents/pi/cancel"]);
  expect(stripe.ledger).toEqual([]);
});

test("a capture of more than is held is refused, and what is held is released", async () => {
  const reply = await hold("h3", 1300);
  expect(reply.body).toMatchObject({ code: "external-call-failed" });
  expect(sent().at(-1)).toBe("POST payment_intents/pi/cancel");
  expect(stripe.balance()).toBe(0);
});

test.each(["hangAfter", "resetAfter", "hangBefore", "resetBefore"] as const)(
  "an answer to an authorization that is lost (%s) holds the money once, and it is taken once",
  async (trouble) => {
    stripe.trouble("POST payment_intents", trouble);
    const reply = await hold(trouble.slice(0, 3) + trouble.slice(-3));
    expect(reply.body["status"]).toBe("succeeded");
    const intents = stripe.calls.filter(({ path }) => path === "payment_intents");
    expect(new Set(intents.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
    expect(stripe.balance()).toBe(1250);
  },
);

test("an authorization that the provider itself has lost (500) is found among what it has, and released", async () => {
  stripe.trouble("POST payment_intents", "failAfter");
  expect((await hold("h4")).status).toBe(502);
  expect(sent()).toContain("GET payment_intents");
  expect(sent().at(-1)).toBe("POST payment_intents/pi/cancel");
  expect(stripe.balance()).toBe(0);
});

test.each([
  ["EUR", 1250, 1250],
  ["JPY", 1250, 1250],
  ["KRW", 1, 1],
  ["ISK", 1250, 125_000],
  ["UGX", 5, 500],
  ["MGA", 500, 5],
  ["KWD", 1250, 1250],
  ["BHD", 10, 10],
])("%s %d in ISO's units is %d in Stripe's, there and back", (currency, amount, counted) => {
  expect(toStripe({ amount, currency })).toEqual({ amount: counted, currency: currency.toLowerCase() });
  expect(fromStripe(counted, currency.toLowerCase())).toEqual({ amount, currency });
});

test.each([
  ["KWD", 1255],
  ["TND", 1],
  ["MGA", 50],
  ["EUR", 0],
  ["EUR", -1],
  ["EUR", 1.5],
  ["ISK", Number.MAX_SAFE_INTEGER],
])("%s %d is nothing that Stripe could take", (currency, amount) => {
  expect(toStripe({ amount, currency })).toBeUndefined();
});
