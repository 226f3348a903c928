import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callRate } from "../../../executor/admission/call-rate.ts";
import { clientAddress } from "../../../executor/admission/client-address.ts";
import { ExecutionError } from "../../../executor/errors/execution-error.ts";
import { type Bookings, type Reply, startBookings } from "../start-bookings.ts";

describe("so many calls in a span of time", () => {
  let time = 0;
  const limit = { requests: 10, per: 60_000 };
  const open = (most?: number): ReturnType<typeof callRate> => {
    time = 6_000_000;
    return callRate(limit, () => time, most);
  };
  /** Seconds until the next call is let in; 0 for now. */
  const wait = (rate: ReturnType<typeof callRate>, caller = "carla"): number => {
    try {
      rate.take(caller);
      return 0;
    } catch (error) {
      if (error instanceof ExecutionError) return Number(error.headers["Retry-After"]);
      throw error;
    }
  };

  test("are let in and no more, and what is refused is not counted", () => {
    const rate = open();
    const waits = Array.from({ length: 100 }, () => wait(rate));
    expect(waits.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 0));
    expect(waits.slice(10).every((seconds) => seconds > 0)).toBe(true);
    time += 120_000;
    expect(wait(rate)).toBe(0);
  });

  test("are not twice as many around the end of a span", () => {
    const rate = open();
    time += 59_000;
    for (let count = 0; count < 10; count += 1) wait(rate);
    time += 2000;
    expect(wait(rate)).toBeGreaterThan(0);
  });

  test("are let in again after Retry-After, and not a second and a half before, wherever in the span it is", () => {
    for (let start = 0; start < 60_000; start += 7000) {
      const rate = open();
      time += start;
      while (wait(rate) === 0) time += 37;
      const seconds = wait(rate);
      time += seconds * 1000 - 1500;
      expect(wait(rate)).toBeGreaterThan(0);
      time += 1501;
      expect(wait(rate)).toBe(0);
    }
  });

  test("even out to the rate over an hour of asking all the time", () => {
    const rate = open();
    let admitted = 0;
    for (let count = 0; count < 3600; count += 1) {
      time += 1000;
      if (wait(rate) === 0) admitted += 1;
    }
    expect(admitted).toBeLessThanOrEqual(610);
    expect(admitted).toBeGreaterThanOrEqual(540);
  });

  test("are each caller's own, and of more callers than are remembered the quietest are forgotten", () => {
    const rate = open(3);
    for (const caller of ["a", "b", "c"]) for (let count = 0; count < 10; count += 1) wait(rate, caller);
    expect([wait(rate, "b"), wait(rate, "c"), wait(rate, "a")].every((seconds) => seconds > 0)).toBe(true);
    expect(wait(rate, "d")).toBe(0);
    expect(wait(rate, "a")).toBeGreaterThan(0);
    expect(wait(rate, "b")).toBe(0);
  });
});

test.each([
  ["203.0.113.7", 1, "203.0.113.7"],
  ["1.1.1.1, 203.0.113.7", 1, "203.0.113.7"],
  ["1.1.1.1, 203.0.113.7,35.0.0.1", 2, "203.0.113.7"],
  ["203.0.113.7:4711", 1, "203.0.113.7"],
  ["[2001:db8:1:2:3:4:5:6]:443", 1, "2001:db8:1:2::/64"],
  ["2001:DB8:1:2::9", 1, "2001:db8:1:2::/64"],
  ["2001:db8::1", 1, "2001:db8:0:0::/64"],
  ["::ffff:203.0.113.7", 1, "203.0.113.7"],
  [undefined, 1, "10.1.2.3"],
  ["203.0.113.7", 3, "10.1.2.3"],
  ["unknown", 1, "unknown"],
  ["", 1, "unknown"],
  [`${"1.1.1.1,".repeat(1000)}evil`, 1, "unknown"],
])("X-Forwarded-For %j behind %d proxies is the client %s", (header, hops, expected) => {
  expect(clientAddress(header, hops, "10.1.2.3")).toBe(expected);
});

const open = `
apiVersion: lintel/v1
kind: Tool
name: ping
trigger: { http: { method: GET, path: /ping } }
authorize: { public: true }
input: { type: object, additionalProperties: false, properties: {} }
output: { type: object, required: [ok], properties: { ok: { type: boolean } } }
flow:
  - { id: fine, type: transform, value: true }
respond: { ok: "\${nodes.fine}" }
`;

describe("limits.rateLimit", () => {
  let bookings: Bookings;
  beforeAll(async () => {
    bookings = await startBookings({
      limits: "{ rateLimit: { requests: 5, per: 10m } }",
      files: { "tools/ping.yaml": open },
    });
  });
  afterAll(async () => {
    await bookings.stop();
  });

  async function several(count: number, call: () => Promise<Reply>): Promise<readonly Reply[]> {
    const replies: Reply[] = [];
    for (let made = 0; made < count; made += 1) replies.push(await call());
    return replies;
  }

  test("answers 429 with what to wait for, over all tools of a caller, and lets others go on", async () => {
    const token = await bookings.agent();
    const replies = [
      ...(await several(3, () => bookings.call("GET", "/rooms", { token }))),
      ...(await several(3, () => bookings.call("GET", "/customers", { token }))),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
    const [refused] = replies.slice(-1);
    expect(refused?.body).toMatchObject({ code: "too-many-calls" });
    expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(60);
    expect(refused?.headers.get("ratelimit-policy")).toBe('"caller";q=5;w=600');
    expect(refused?.headers.get("ratelimit")).toMatch(/^"caller";r=0;t=\d+$/u);
    // A new token is no new caller.
    const again = await bookings.issuer.token({ sub: "agent-1", roles: ["agent"], jti: "new" });
    expect((await bookings.call("GET", "/rooms", { token: again })).status).toBe(429);
    const other = await bookings.issuer.token({ sub: "agent-2", roles: ["agent"] });
    expect((await bookings.call("GET", "/rooms", { token: other })).status).toBe(200);
  });

  test("counts calls that nobody signs in for by the address that the proxy in front has seen", async () => {
    const from = (address: string) => () =>
      bookings.call("GET", "/ping", { headers: { "X-Forwarded-For": `${String(Math.random())}, ${address}` } });
    expect((await several(6, from("203.0.113.7"))).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
    expect((await from("203.0.113.8")()).status).toBe(200);
  });

  test("lets schedules alone, and does not let a flood of refusals fill the audit log", async () => {
    const oidc = await bookings.issuer.token({
      aud: "https://schedules.test",
      email: "scheduler@project.iam.gserviceaccount.com",
      email_verified: true,
    });
    const runs = await several(7, () => bookings.call("POST", "/_lintel/schedules/release-unpaid", { token: oidc }));
    expect(new Set(runs.map(({ status }) => status))).toEqual(new Set([200]));
    const token = await bookings.agent();
    const before = (await bookings.executions()).length;
    const flood = await several(300, () => bookings.call("GET", "/rooms", { token }));
    expect(new Set(flood.map(({ status }) => status))).toEqual(new Set([429]));
    expect((await bookings.executions()).length - before).toBeLessThanOrEqual(240);
    await bookings.drain();
    const { rows } = await bookings.superuser.query<{ count: string }>(
      `SELECT sum(count) AS count FROM lintel.refusals WHERE error_code = 'too-many-calls'`,
    );
    expect(Number(rows[0]?.count)).toBeGreaterThanOrEqual(60);
  });
});
