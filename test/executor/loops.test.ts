import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Housekeeping, startHousekeeping } from "./housekeeping.ts";
import { type Bookings, type Reply, startBookings } from "./start-bookings.ts";

let bookings: Bookings;
let housekeeping: Housekeeping;
let token: string;

const head = (name: string): string => `
apiVersion: lintel/v1
kind: Tool
name: ${name}
trigger: { http: { method: POST, path: /${name} } }
authorize: { roles: [agent] }
input:
  type: object
  additionalProperties: false
  required: [numbers]
  properties: { numbers: { type: array, maxItems: 9, items: { type: string, maxLength: 20 } } }
`;

const room = (id: string, number: string): string =>
  `{ id: ${id}, type: write, action: create, entity: Room, values: { number: '${number}', beds: 1, nightlyRate: '\${money(100, "EUR")}' } }`;

const once = "retry: { maxAttempts: 1, backoff: constant, initialDelay: 1ms, maxDelay: 1ms }, timeout: 2s";

const order = (number: string): string =>
  `{ id: order, type: http, provider: housekeeping, method: POST, url: /cleanings, body: { number: "${number}" }, ${once}, ` +
  `response: { type: object, required: [id], properties: { id: { type: string } } }, ` +
  `compensate: { method: DELETE, url: "/cleanings/\${nodes.order.body.id}", query: { number: "${number}" } } }`;

const files: Readonly<Record<string, string>> = {
  "tools/order-each.yaml": `${head("order-each")}
output: { type: object, required: [ids], properties: { ids: { type: array, items: { type: string } } } }
flow:
  - id: each
    type: forEach
    items: input.numbers
    maximum: 3
    nodes:
      - ${order("${item}")}
  - id: keep
    type: assert
    after: [each]
    expr: size(input.numbers) < 3
    message: three are too many
respond: { ids: "\${nodes.each.map(e, e.order.body.id)}" }
`,
  "tools/open-each.yaml": `${head("open-each")}
output: { type: object, required: [made], properties: { made: { type: array, items: { type: boolean } } } }
flow:
  - id: open
    type: transaction
    nodes:
      - id: each
        type: forEach
        items: input.numbers
        maximum: 5
        nodes:
          - { id: label, type: transform, value: "loop-\${item}" }
          - id: wanted
            type: if
            condition: item != "skip"
            then: [${room("room", "${nodes.label}")}]
respond: { made: "\${nodes.each.map(e, e.label != null)}" }
`,
  "tools/wait-for.yaml": `${head("wait-for")}
output: { type: object, required: [state], properties: { state: { type: string } } }
flow:
  - id: wait
    type: poll
    until: nodes.job.body.state == "done"
    maxAttempts: 3
    interval: 10ms
    nodes:
      - id: job
        type: http
        provider: housekeeping
        method: GET
        url: /jobs/1
        timeout: 2s
        response: { type: object, required: [state], properties: { state: { type: string } } }
respond: { state: "\${nodes.job.body.state}" }
`,
  "tools/patiently.yaml": `${head("patiently")}
output: { type: object, required: [id], properties: { id: { type: string } } }
flow:
  - id: patiently
    type: retry
    retry: { maxAttempts: 2, backoff: constant, initialDelay: 5ms, maxDelay: 5ms }
    nodes:
      - ${order("${input.numbers[0]}")}
      - { id: ready, type: http, provider: housekeeping, method: GET, url: /ready, after: [order], ${once} }
respond: { id: "\${nodes.order.body.id}" }
`,
  "tools/insist.yaml": `${head("insist")}
output: { type: object, required: [number], properties: { number: { type: string } } }
flow:
  - id: open
    type: transaction
    nodes:
      - ${room("before", "${input.numbers[0]}")}
      - id: again
        type: retry
        after: [before]
        retry: { maxAttempts: 2, backoff: constant, initialDelay: 1ms, maxDelay: 1ms }
        nodes:
          - ${room("inner", "${input.numbers[1]}")}
          - ${room("twin", "${nodes.inner.number}").replace(/ \}$/, ", after: [inner] }")}
        onError: continue
respond: { number: "\${nodes.before.number}" }
`,
};

beforeAll(async () => {
  housekeeping = await startHousekeeping();
  bookings = await startBookings({ housekeeping: housekeeping.url, files });
  token = await bookings.agent();
});

afterAll(async () => {
  await bookings.stop();
  await housekeeping.stop();
});

beforeEach(() => {
  housekeeping.received.length = 0;
  housekeeping.answer("DELETE /v1/cleanings/", { status: 204 });
});

const call = (tool: string, ...numbers: readonly string[]): Promise<Reply> =>
  bookings.call("POST", `/${tool}`, { token, body: { numbers } });

const asked = (): readonly string[] => housekeeping.received.map(({ method, url }) => `${method} ${url}`);

function orderAnswers(...ids: readonly string[]): void {
  housekeeping.answer("POST /v1/cleanings", ...ids.map((id) => ({ status: 201, body: { id } })));
}

describe("a forEach", () => {
  test("runs a round for each value, in order, each call under a key of its own, and answers their results", async () => {
    orderAnswers("a", "b");
    expect((await call("order-each", "1", "2")).body).toEqual({ ids: ["a", "b"] });
    expect(housekeeping.received.map(({ body }) => body)).toEqual(['{"number":"1"}', '{"number":"2"}']);
    expect(new Set(housekeeping.received.map(({ headers }) => headers["idempotency-key"])).size).toBe(2);
    const { rows } = await bookings.superuser.query<{ node: string }>(
      "SELECT node FROM lintel.effects WHERE tool = 'order-each' ORDER BY started_at",
    );
    expect(rows.map(({ node }) => node)).toEqual(["each[0]/order", "each[1]/order"]);
  });

  test("runs no round of a list that is longer than its maximum", async () => {
    const reply = await call("order-each", "1", "2", "3", "4");
    expect(reply).toMatchObject({ status: 422, body: { code: "too-many-items" } });
    expect(asked()).toEqual([]);
  });

  test("undoes each round's effect with that round's values, last one first, when the flow fails later", async () => {
    orderAnswers("a", "b", "c");
    expect(await call("order-each", "1", "2", "3")).toMatchObject({ status: 422, body: { code: "assertion-failed" } });
    expect(asked().slice(3)).toEqual([
      "DELETE /v1/cleanings/c?number=3",
      "DELETE /v1/cleanings/b?number=2",
      "DELETE /v1/cleanings/a?number=1",
    ]);
  });

  test("writes all of its rows in the transaction around it, or none", async () => {
    expect((await call("open-each", "x1", "skip", "x2")).body).toEqual({ made: [true, true, true] });
    const loops = async (): Promise<number> => bookings.count("app.room WHERE number LIKE 'loop-%'");
    expect(await loops()).toBe(2);
    expect(await call("open-each", "x3", "x1")).toMatchObject({ status: 409, body: { code: "already-exists" } });
    expect(await loops()).toBe(2);
  });

  test("has nothing to do for an empty list", async () => {
    expect((await call("order-each")).body).toEqual({ ids: [] });
  });
});

describe("a poll", () => {
  test("asks again until the condition holds", async () => {
    const state = (text: string) => ({ status: 200, body: { state: text } });
    housekeeping.answer("GET /v1/jobs/1", state("running"), state("running"), state("done"));
    expect((await call("wait-for")).body).toEqual({ state: "done" });
    expect(asked()).toHaveLength(3);
  });

  test("gives up after its attempts", async () => {
    housekeeping.answer("GET /v1/jobs/1", { status: 200, body: { state: "running" } });
    expect(await call("wait-for")).toMatchObject({ status: 504, body: { code: "poll-exhausted" } });
    expect(asked()).toHaveLength(3);
  });
});

describe("a retry", () => {
  test("undoes the effects of a round that failed before the next one begins", async () => {
    orderAnswers("a", "b");
    housekeeping.answer("GET /v1/ready", { status: 400 }, { status: 200, body: {} });
    expect((await call("patiently", "7")).body).toEqual({ id: "b" });
    expect(asked()).toEqual([
      "POST /v1/cleanings",
      "GET /v1/ready",
      "DELETE /v1/cleanings/a?number=7",
      "POST /v1/cleanings",
      "GET /v1/ready",
    ]);
  });

  test("ends with the last round's failure, everything undone", async () => {
    orderAnswers("a", "b");
    housekeeping.answer("GET /v1/ready", { status: 400 });
    const reply = await call("patiently", "7");
    expect(reply).toMatchObject({ status: 502, body: { code: "external-call-failed" } });
    expect(asked().filter((line) => line.startsWith("DELETE"))).toHaveLength(2);
    const { rows } = await bookings.superuser.query(
      "SELECT node, state FROM lintel.effects WHERE execution_id = $1 ORDER BY node",
      [reply.headers.get("lintel-execution")],
    );
    expect(rows).toEqual([
      { node: "patiently[0]/order", state: "compensated" },
      { node: "patiently[1]/order", state: "compensated" },
    ]);
  });

  test("does not begin another round beside an effect of which nobody knows whether it happened", async () => {
    housekeeping.answer("POST /v1/cleanings", "reset");
    expect((await call("patiently", "7")).status).toBe(502);
    expect(asked()).toEqual(["POST /v1/cleanings"]);
  });

  test("goes back to where its round began in the open transaction, and what stands before it stays", async () => {
    expect(await call("insist", "kept", "lost")).toMatchObject({ status: 200, body: { number: "kept" } });
    expect(await bookings.count("app.room WHERE number = 'kept'")).toBe(1);
    expect(await bookings.count("app.room WHERE number = 'lost'")).toBe(0);
  });
});
