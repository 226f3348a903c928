import { afterAll, beforeAll, expect, test } from "vitest";
import { type Housekeeping, startHousekeeping } from "./housekeeping.ts";
import { type Bookings, startBookings } from "./start-bookings.ts";
import { waitUntil } from "./wait-until.ts";

let bookings: Bookings;
let housekeeping: Housekeeping;

const ask = (name: string, timeout: string): string => `
apiVersion: lintel/v1
kind: Tool
name: ${name}
trigger: { http: { method: GET, path: /${name} } }
authorize: { roles: [agent] }
input: { type: object, additionalProperties: false, properties: {} }
output: { type: object, required: [status], properties: { status: { type: integer } } }
flow:
  - { id: ask, type: http, provider: housekeeping, method: GET, url: /state, timeout: ${timeout} }
respond: { status: "\${nodes.ask.status}" }
`;

beforeAll(async () => {
  housekeeping = await startHousekeeping();
  bookings = await startBookings({
    housekeeping: housekeeping.url,
    rateLimit: "{ requests: 2, per: 2s }",
    files: {
      "tools/ask-patiently.yaml": ask("ask-patiently", "5s"),
      "tools/ask-briefly.yaml": ask("ask-briefly", "100ms"),
    },
  });
  housekeeping.answer("GET /v1/state", { status: 200, body: {} });
});

afterAll(async () => {
  await bookings.stop();
  await housekeeping.stop();
});

test("calls beyond a provider's rate limit wait for their turn, or are refused when that is beyond the node's timeout", async () => {
  const token = await bookings.agent();
  const asked = [1, 2, 3].map(() => bookings.call("GET", "/ask-patiently", { token }));
  await waitUntil(() => Promise.resolve(housekeeping.received.length === 2));
  const refused = await bookings.call("GET", "/ask-briefly", { token });
  expect(refused.body).toMatchObject({ code: "external-call-limited" });
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(housekeeping.received).toHaveLength(3);
});
