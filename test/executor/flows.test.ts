import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bookings, type Reply, startBookings } from "./start-bookings.ts";

let bookings: Bookings;
let token: string;

const head = (name: string, path: string, method = "POST"): string => `
apiVersion: lintel/v1
kind: Tool
name: ${name}
trigger: { http: { method: ${method}, path: ${path} } }
authorize: { roles: [agent] }
`;

const numbers = `
input:
  type: object
  additionalProperties: false
  required: [number]
  properties: { number: { type: string, maxLength: 20 }, kind: { type: string, enum: [one, two, none], default: one } }
`;

const room = (id: string, number: string, more = ""): string =>
  `{ id: ${id}, type: write, action: create, entity: Room, values: { number: '${number}', beds: 1, nightlyRate: '\${money(100, "EUR")}' }${more} }`;

const files: Readonly<Record<string, string>> = {
  "tools/try-rooms.yaml": `${head("try-rooms", "/try-rooms")}${numbers}
output: { type: object, required: [first, spare], properties: { first: { type: [string, "null"] }, spare: { type: [string, "null"] } } }
flow:
  - id: open
    type: transaction
    nodes:
      - ${room("always", `\${input.number + "-always"}`)}
      - ${room("first", `\${input.number}`, ", after: [always], onError: spare")}
      - ${room("spare", `\${input.number + "-spare"}`)}
respond:
  first: "\${nodes.first != null ? nodes.first.number : null}"
  spare: "\${nodes.spare != null ? nodes.spare.number : null}"
`,
  "tools/choose-rooms.yaml": `${head("choose-rooms", "/choose-rooms")}${numbers}
output: { type: object, required: [one, two], properties: { one: { type: boolean }, two: { type: boolean } } }
flow:
  - id: choose
    type: switch
    on: input.kind
    cases:
      - { equals: one, nodes: [{ id: openOne, type: transaction, nodes: [${room("one", `\${input.number}`)}] }] }
      - { equals: two, nodes: [{ id: openTwo, type: transaction, nodes: [${room("two", `\${input.number}`)}] }] }
    default: [{ id: never, type: assert, expr: "false", message: neither one nor two }]
respond: { one: "\${nodes.one != null}", two: "\${nodes.two != null}" }
`,
  "tools/skip-room.yaml": `${head("skip-room", "/skip-room")}${numbers}
output: { type: object, required: [made], properties: { made: { type: boolean } } }
flow:
  - id: open
    type: transaction
    nodes:
      - ${room("maybe", `\${input.number}`, `, when: input.kind == "one"`)}
respond: { made: "\${nodes.maybe != null}" }
`,
  "tools/count-up.yaml": `${head("count-up", "/count-up")}
concurrency: serializable
${numbers}
output: { type: object, required: [beds], properties: { beds: { type: integer } } }
flow:
  - id: count
    type: transaction
    nodes:
      - { id: room, type: read, entity: Room, where: { number: { eq: "\${input.number}" } }, one: true }
      - id: next
        type: write
        action: update
        entity: Room
        key: \${nodes.room.id}
        values: { nightlyRate: '\${money(nodes.room.nightlyRate.amount + 1, "EUR")}' }
respond: { beds: "\${nodes.next.nightlyRate.amount}" }
`,
  "tools/divide.yaml": `${head("divide", "/divide", "GET")}
input: { type: object, additionalProperties: false, required: [by], properties: { by: { type: integer } } }
output: { type: object, required: [result], properties: { result: { type: integer } } }
flow: [{ id: result, type: transform, value: "\${100 / input.by}" }]
respond: { result: "\${nodes.result}" }
`,
  "tools/anyone.yaml": `
apiVersion: lintel/v1
kind: Tool
name: anyone
trigger: { http: { method: GET, path: /anyone } }
authorize: { public: true }
input: { type: object, additionalProperties: false, properties: {} }
output: { type: object, required: [who], properties: { who: { type: [string, "null"] } } }
flow: []
respond: { who: "\${caller.subject}" }
`,
  "policies/few-rows.yaml": `
apiVersion: lintel/v1
kind: Policy
name: few-rows
tools: [list-rooms]
budget: { rows: 3 }
`,
};

beforeAll(async () => {
  bookings = await startBookings({ files });
  token = await bookings.agent();
});

afterAll(async () => {
  await bookings.stop();
});

async function post(path: string, number: string, kind?: string): Promise<Reply> {
  return bookings.call("POST", path, { token, body: { number, ...(kind === undefined ? {} : { kind }) } });
}

async function numbersLike(pattern: string): Promise<readonly string[]> {
  const text = `SELECT number FROM app.room WHERE number LIKE $1 ORDER BY number`;
  const { rows } = await bookings.superuser.query<{ number: string }>(text, [pattern]);
  return rows.map(({ number }) => number);
}

test("a recovery runs only when its node fails; what the node did is undone and the rest stays", async () => {
  expect((await post("/try-rooms", "A")).body).toEqual({ first: "A", spare: null });
  const text = `INSERT INTO app.room (id, number, beds, nightly_rate, created_at, updated_at)
    VALUES (gen_random_uuid(), 'B', 1, 1, now(), now())`;
  await bookings.superuser.query(text);
  expect((await post("/try-rooms", "B")).body).toEqual({ first: null, spare: "B-spare" });
  expect(await numbersLike("B%")).toEqual(["B", "B-always", "B-spare"]);
});

test("a switch runs the one branch that fits, with a transaction of its own", async () => {
  expect((await post("/choose-rooms", "C1", "one")).body).toEqual({ one: true, two: false });
  expect((await post("/choose-rooms", "C2", "two")).body).toEqual({ one: false, two: true });
  expect((await post("/choose-rooms", "C3", "none")).body).toMatchObject({ detail: "neither one nor two" });
  expect(await numbersLike("C%")).toEqual(["C1", "C2"]);
});

test("a node whose condition does not hold is skipped", async () => {
  expect((await post("/skip-room", "D1", "two")).body).toEqual({ made: false });
  expect(await numbersLike("D%")).toEqual([]);
  expect((await post("/skip-room", "D2", "one")).body).toEqual({ made: true });
});

test("serialization failures run again, bounded, so that no change is lost", async () => {
  await post("/skip-room", "E", "one");
  const replies = await Promise.all(Array.from({ length: 5 }, () => post("/count-up", "E")));
  const won = replies.filter(({ status }) => status === 200).length;
  expect(replies.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
  const { rows } = await bookings.superuser.query(`SELECT nightly_rate FROM app.room WHERE number = 'E'`);
  expect(rows).toEqual([{ nightly_rate: String(100 + won) }]);
  expect(won).toBeGreaterThan(1);
});

test("a flow that only reads cannot write, whatever the database would let it do", async () => {
  const { superuser } = bookings;
  await superuser.query(`CREATE FUNCTION app.sneak() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS
    'BEGIN INSERT INTO lintel.refusals VALUES (now(), ''x'', ''x'', 1); RETURN true; END'`);
  await superuser.query(`GRANT EXECUTE ON FUNCTION app.sneak() TO PUBLIC`);
  await superuser.query(`ALTER TABLE app.room ENABLE ROW LEVEL SECURITY`);
  await superuser.query(`CREATE POLICY sneak ON app.room USING (app.sneak())`);
  const { status, body } = await bookings.call("GET", "/rooms?limit=1", { token });
  await superuser.query(`ALTER TABLE app.room DISABLE ROW LEVEL SECURITY`);
  expect(body).toMatchObject({ code: "internal-error" });
  expect(status).toBe(500);
  expect(bookings.logs.join("")).toContain('"code":"25006"');
});

test("a budget of rows holds while the flow runs", async () => {
  const { status, body } = await bookings.call("GET", "/rooms", { token });
  expect(body).toMatchObject({ code: "budget-exceeded", detail: "more than 3 rows" });
  expect(status).toBe(422);
});

test("an expression without a value for this input is the input's problem, and says so", async () => {
  expect((await bookings.call("GET", "/divide?by=4", { token })).body).toEqual({ result: 25 });
  const { status, body } = await bookings.call("GET", "/divide?by=0", { token });
  expect(body).toMatchObject({ code: "evaluation-failed" });
  expect(status).toBe(422);
});

test("a public tool answers anyone, and nobody is its caller", async () => {
  const { status, body } = await bookings.call("GET", "/anyone");
  expect(body).toEqual({ who: null });
  expect(status).toBe(200);
  expect((await bookings.executions()).at(-1)).toMatchObject({ tool: "anyone", outcome: "succeeded" });
});
