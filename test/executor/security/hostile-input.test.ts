// Input that is made to harm whoever reads it: prototypes, patterns, bombs, numbers, text that is none.
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Reply } from "../start-bookings.ts";
import { clinicAudience } from "./clinic.ts";
import { type RunningWorkspace, startWorkspace } from "./start-workspace.ts";

const files: Readonly<Record<string, string>> = {
  "workspace.yaml": `
apiVersion: lintel/v1
kind: Workspace
name: notes
region: europe-west1
roles: [writer]
auth: { issuer: "ISSUER", audience: "${clinicAudience}", roleClaim: roles }
defaults: { timeout: 1s, retry: { maxAttempts: 2, backoff: exponential, initialDelay: 10ms, maxDelay: 50ms }, pageSize: 50 }
`,
  "entities/note.yaml": `
apiVersion: lintel/v1
kind: Entity
name: Note
fields:
  id: { type: uuid, generated: true }
  text: { type: string, maxLength: 100000 }
  count: { type: integer, nullable: true }
  ratio: { type: number, nullable: true }
  price: { type: decimal, nullable: true }
  extra: { type: json, nullable: true }
crud: { create: [writer], read: [writer], list: [writer], update: [writer] }
list: { filterable: [count], sortable: [text], maximum: 100 }
`,
  "tools/match.yaml": `
apiVersion: lintel/v1
kind: Tool
name: match
trigger: { http: { method: POST, path: /match } }
authorize: { roles: [writer] }
input:
  type: object
  additionalProperties: false
  properties:
    nested: { type: string, maxLength: 100000, pattern: "^(a+)+$" }
    either: { type: string, maxLength: 100000, pattern: "^(a|a|b?)*c$" }
    email: { type: string, maxLength: 100000, pattern: '^([a-zA-Z0-9_.-])+@(([a-zA-Z0-9-])+.)+([a-zA-Z0-9]{2,4})+$' }
    spaces: { type: string, maxLength: 100000, pattern: '^\\\\s*(.*?)\\\\s*$' }
output: { type: object, required: [fits], properties: { fits: { type: boolean } } }
flow:
  - { id: fits, type: transform, value: '\${has(input.either) ? input.either.matches("^(x+x+)+y$") : true}' }
respond: { fits: "\${nodes.fits}" }
`,
};

let notes: RunningWorkspace;
let token: string;
beforeAll(async () => {
  notes = await startWorkspace({ files, audience: clinicAudience });
  token = await notes.issuer.token({ sub: "w", roles: ["writer"] });
});
afterAll(async () => {
  await notes.stop();
});

const create = (raw: string): Promise<Reply> => notes.call("POST", "/notes", { token, raw });
const textOf = (text: string): string => JSON.stringify({ text });

async function isUnharmed(): Promise<void> {
  expect(Reflect.ownKeys(Object.prototype)).toEqual(objectKeys);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  expect((await create(textOf("still there"))).status).toBe(201);
}
const objectKeys = Reflect.ownKeys(Object.prototype);

describe("prototypes", () => {
  const names = [
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "valueOf",
    "__defineGetter__",
    "then",
  ];

  test.each(names)("%s is a property like any other that nobody knows: in bodies, queries and claims", async (name) => {
    for (const value of ['{"polluted": true}', '{"prototype": {"polluted": true}}', "1", "null"]) {
      const reply = await create(`{"text": "x", ${JSON.stringify(name)}: ${value}}`);
      expect([400, 422]).toContain(reply.status);
      expect(reply.body["code"]).toMatch(/^(?:invalid-input|malformed|bad|unsafe)/u);
    }
    const query = await notes.call("GET", `/notes?${name}=1&${name}[polluted]=1&count[${name}]=1`, { token });
    expect([400, 422]).toContain(query.status);
    const claims = { sub: "w", roles: ["writer"], [name]: { polluted: true } };
    const own = Object.defineProperty({ ...claims }, name, { value: { polluted: true }, enumerable: true });
    const strange = await notes.issuer.token(own);
    expect((await notes.call("GET", "/notes", { token: strange })).status).toBe(200);
    const role = await notes.issuer.token({ sub: "w", roles: [name] });
    expect((await notes.call("GET", "/notes", { token: role })).status).toBe(403);
    expect((await notes.call("GET", `/${name}`, { token })).status).toBe(404);
    await isUnharmed();
  });

  test("in a field that takes any JSON they are refused, or values that come back as they were", async () => {
    for (const name of names) {
      const reply = await create(`{"text": "x", "extra": {"deep": {${JSON.stringify(name)}: {"polluted": true}}}}`);
      expect([201, 400, 422]).toContain(reply.status);
      if (reply.status !== 201) continue;
      const { body } = await notes.call("GET", `/notes/${String(reply.body["id"])}`, { token });
      const extra = JSON.stringify(body["extra"]);
      expect(extra).toBe(`{"deep":{${JSON.stringify(name)}:{"polluted":true}}}`);
    }
    await isUnharmed();
  });
});

describe("patterns", () => {
  /** Backtracking would take longer than the universe: that an answer comes at all is the test. */
  test.each([
    ["nested", `${"a".repeat(50_000)}!`],
    ["either", `${"ab".repeat(25_000)}x`],
    ["either", `${"x".repeat(50_000)}c`],
    ["email", `${"a".repeat(20_000)}@${"a.".repeat(20_000)}!`],
    ["spaces", `${" ".repeat(50_000)}x${" ".repeat(40_000)}y`],
  ])("%s is matched without going back", { timeout: 30_000 }, async (property, text) => {
    const reply = await notes.call("POST", "/match", { token, body: { [property]: text } });
    expect([200, 422]).toContain(reply.status);
  });
});

describe("bombs", () => {
  const deep = (open: string, close: string, depth: number): string => `${open.repeat(depth)}1${close.repeat(depth)}`;

  test.each([
    ["lists in lists", `{"text": "x", "extra": ${deep("[", "]", 100_000)}}`],
    ["objects in objects", `{"text": "x", "extra": ${deep('{"a":', "}", 100_000)}}`],
    [
      "a hundred thousand properties",
      `{"text": "x", "extra": {${Array.from({ length: 100_000 }, (_, n) => `"k${String(n)}":1`).join(",")}}}`,
    ],
    ["two megabytes", textOf("x".repeat(2 ** 21))],
    ["a number of a million digits", `{"text": "x", "count": ${"9".repeat(1_000_000)}}`],
    ["a million digits behind the point", `{"text": "x", "price": "0.${"9".repeat(900_000)}"}`],
  ])("%s: refused or taken, and the next call is answered", { timeout: 30_000 }, async (_, raw) => {
    expect([201, 400, 413, 422]).toContain((await create(raw)).status);
    await isUnharmed();
  });

  test.each([
    ['{"text": "a", "text": "b"}'],
    ['{"text": "a", "te\\u0078t": "b"}'],
    ['{"text": "a", "extra": {"x": 1, "x": 2}}'],
  ])("a key twice is refused: %s", async (raw) => {
    expect((await create(raw)).status).toBe(400);
  });
});

describe("numbers", () => {
  test.each([
    ["count", "1e400"],
    ["count", "9007199254740993"],
    ["count", "1.5"],
    ["count", '"1"'],
    ["count", "[1]"],
    ["count", "true"],
    ["count", "NaN"],
    ["count", "0x10"],
    ["count", "01"],
    ["ratio", "1e400"],
    ["ratio", "-1e400"],
    ["ratio", "Infinity"],
    ["price", '"1e999999999"'],
    ["price", '"NaN"'],
    ["price", '"Infinity"'],
    ["price", '""'],
  ])("%s takes no %s", async (field, value) => {
    const before = await notes.superuser.query("SELECT count(*) FROM app.note");
    expect([400, 422]).toContain((await create(`{"text": "x", "${field}": ${value}}`)).status);
    expect((await notes.superuser.query("SELECT count(*) FROM app.note")).rows).toEqual(before.rows);
  });

  test.each([
    ["count", "9007199254740991", 9_007_199_254_740_991],
    ["count", "-0", 0],
    ["count", "1e2", 100],
    ["ratio", "5e-324", 5e-324],
  ])("%s keeps %s", async (field, text, kept) => {
    const reply = await create(`{"text": "x", "${field}": ${text}}`);
    expect(reply.status).toBe(201);
    const { body } = await notes.call("GET", `/notes/${String(reply.body["id"])}`, { token });
    expect(Number(body[field]) + 0).toBe(kept);
  });
});

describe("text", () => {
  test.each([
    ["NUL", "x\\u0000y"],
    ["half a surrogate pair", "x\\ud800y"],
    ["the other half", "x\\udfffy"],
    ["a pair the wrong way around", "\\udc00\\ud800"],
  ])("%s is refused, or kept as it came", async (_, escaped) => {
    const reply = await create(`{"text": "${escaped}"}`);
    expect([201, 400, 422]).toContain(reply.status);
    if (reply.status !== 201) return;
    const { body } = await notes.call("GET", `/notes/${String(reply.body["id"])}`, { token });
    expect(body["text"]).toBe(JSON.parse(`"${escaped}"`));
  });

  test("bytes that are no UTF-8 are refused", async () => {
    const raw = Buffer.concat([Buffer.from('{"text": "'), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('"}')]);
    expect((await notes.call("POST", "/notes", { token, raw })).status).toBe(400);
  });

  test.each(["\u202e\u2066", "e\u0301", "\u{1f468}\u200d\u{1f469}", "\ufeff", "\u2028"])("%j is kept", async (text) => {
    const reply = await create(textOf(text));
    expect(reply.status).toBe(201);
    expect((await notes.call("GET", `/notes/${String(reply.body["id"])}`, { token })).body["text"]).toBe(text);
  });
});

describe("requests", () => {
  const plain = (path: string, headers: Readonly<Record<string, string>>): Promise<number> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest(`${notes.url}${path}`, { headers, agent: false }, (response) => {
        response.resume().on("end", () => resolve(response.statusCode ?? 0));
      });
      sent.on("error", reject).end();
    });
  const authorization = (): { readonly Authorization: string } => ({ Authorization: `Bearer ${token}` });

  test("headers and addresses that are too long are refused", async () => {
    expect(await plain("/notes", { ...authorization(), "X-Long": "x".repeat(40_000) })).toBe(431);
    expect(await plain(`/notes?count=${"1".repeat(20_000)}`, authorization())).toBeGreaterThanOrEqual(400);
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`x-${String(n)}`, "y"]));
    expect(await plain("/notes", { ...authorization(), ...many })).toBeGreaterThanOrEqual(200);
    await isUnharmed();
  });

  test.each([
    "/notes/%",
    "/notes/%00",
    "/notes/%ff",
    "/notes/..%2f..%2fetc",
    "/notes/%2e%2e/x",
    "//notes",
    "/notes;x=1",
    "/NOTES",
  ])("%s is no address of a note", async (path) => {
    const status = await plain(path, authorization());
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });

  test("a query with a name many times is refused or a list", async () => {
    expect(await plain(`/notes?${"count=1&".repeat(400)}`, authorization())).toBe(422);
  });
});

test("nothing of all this was unforeseen", () => {
  expect(notes.logs.filter((line) => line.includes('"severity":"ERROR"'))).toEqual([]);
});
