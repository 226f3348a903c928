// The list of orders carried the internal margin, the error carried the SQL, and the difference between 403 and 404 told a
// stranger which ids exist.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Reply } from "../executor/start-bookings.ts";
import { startWorkspace, type Workspace } from "./start-workspace.ts";

let workspace: Workspace;
let token: string;
let carla: string;
let id: string;

const hidden = ["tok-2718281828", "inner-1414213562", "raw-1618033988", "other-5772156649"];

/** Answers with a row and what is around it; the schema names less than that. */
const open = (name: string, output: string): string => `
apiVersion: lintel/v1
kind: Tool
name: ${name}
trigger: { http: { method: GET, path: "/${name}/{id}" } }
authorize: { roles: [agent] }
input: { type: object, additionalProperties: false, required: [id], properties: { id: { type: string, format: uuid } } }
output: { type: object, properties: { account: ${output}, accounts: { type: array, items: ${output} } } }
flow:
  - { id: account, type: read, entity: Account, where: { id: { eq: "\${input.id}" } }, one: true }
respond: { account: "\${nodes.account}", accounts: ["\${nodes.account}"] }
`;

const schemas = {
  "named-fields": "{ type: object, properties: { owner: { type: string } } }",
  "inner-fields":
    "{ type: object, properties: { owner: { type: string }, details: { type: object, properties: { shown: { type: string } } } } }",
  "any-fields": "{ type: object, additionalProperties: {}, properties: { details: { type: object } } }",
  "no-fields": "{ type: object }",
} as const;

const ask = `
apiVersion: lintel/v1
kind: Tool
name: ask-service
trigger: { http: { method: GET, path: /ask } }
authorize: { roles: [agent] }
input: { type: object, additionalProperties: false, properties: {} }
output: { type: object, properties: { answer: { type: object, properties: { count: { type: integer } } } } }
flow:
  - { id: staff, type: http, provider: housekeeping, method: GET, url: /staff }
respond: { answer: "\${nodes.staff.body}" }
`;

beforeAll(async () => {
  const tools = Object.entries(schemas).map(([name, output]) => [`tools/${name}.yaml`, open(name, output)] as const);
  workspace = await startWorkspace({ files: { ...Object.fromEntries(tools), "tools/ask-service.yaml": ask } });
  token = await workspace.agent();
  carla = await workspace.customer("carla");
  const body = { owner: "carla", token: "tok-2718281828", details: { shown: "yes", inner: "inner-1414213562" } };
  id = String((await workspace.call("POST", "/accounts", { token, body })).body["id"]);
});

afterAll(async () => {
  await workspace.stop();
});

function leaksNothing({ body, headers }: Reply, ...except: readonly string[]): void {
  const text = JSON.stringify(body) + JSON.stringify([...headers]);
  for (const value of hidden.filter((one) => !except.includes(one))) expect(text).not.toContain(value);
  // Nor what is behind: statements, tables, drivers, files, stacks.
  expect(text).not.toMatch(/SELECT |INSERT |relation|constraint "|app\.|lintel\.|node:|\.ts:|at \w+ \(|postgres/iu);
}

describe("an answer", () => {
  test.each(Object.keys(schemas))("holds what its schema names, and no sensitive field (%s)", async (name) => {
    const reply = await workspace.call("GET", `/${name}/${id}`, { token });
    expect(reply.status).toBe(200);
    expect(Object.keys(reply.body).toSorted()).toEqual(["account", "accounts"]);
    leaksNothing(reply, ...(name === "any-fields" ? ["inner-1414213562"] : []));
  });

  test("of a row that is created, read, listed or changed is without its sensitive fields", async () => {
    const body = { owner: "carla", token: "other-5772156649" };
    const created = await workspace.call("POST", "/accounts", { token, body });
    leaksNothing(created);
    const path = `/accounts/${String(created.body["id"])}`;
    for (const reply of [
      await workspace.call("GET", path, { token }),
      await workspace.call("GET", path, { token: carla }),
      await workspace.call("PATCH", path, { token, body: { refreshes: 2 } }),
    ]) {
      expect(reply.body).not.toHaveProperty("token");
      leaksNothing(reply);
    }
    const { body: list } = await workspace.call("GET", "/accounts", { token });
    expect((list["items"] as object[]).length).toBeGreaterThan(1);
    for (const item of list["items"] as object[]) expect(item).not.toHaveProperty("token");
  });

  test("holds of another service's answer just what the schema names", async () => {
    workspace.housekeeping.answer("GET /v1/staff", { status: 200, body: { count: 3, raw: "raw-1618033988" } });
    const reply = await workspace.call("GET", "/ask", { token });
    expect(reply.body).toEqual({ answer: { count: 3 } });
    leaksNothing(reply);
  });

  test("says nothing about what it is made with", async () => {
    const { headers } = await workspace.call("GET", "/rooms", { token });
    for (const name of ["server", "x-powered-by", "via"]) expect(headers.get(name)).toBeNull();
    expect(headers.get("cache-control")).toBe("no-store");
  });
});

describe("a problem", () => {
  test("does not repeat the values that caused it", async () => {
    const post = (body: object): Promise<Reply> => workspace.call("POST", "/accounts", { token, body });
    const replies = [
      await post({ owner: "dora", token: "tok-2718281828" }),
      await post({ owner: "dora", token: "tok-2718281828".repeat(20) }),
      await post({ owner: "dora", token: "x", refreshes: "raw-1618033988" }),
      await workspace.call("POST", "/accounts", { token, raw: '{"token": "tok-2718281828", }' }),
      await workspace.call("GET", "/accounts", { token: "raw-1618033988.a.b" }),
      await workspace.call("GET", "/accounts?cursor=raw-1618033988", { token }),
      await workspace.call("GET", "/accounts?sort=raw-1618033988", { token }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([409, 422, 422, 400, 401, 422, 422]);
    for (const reply of replies) leaksNothing(reply);
  });

  test.each([
    { status: 500, raw: "raw-1618033988" },
    { status: 404, raw: '{"error": "raw-1618033988"}' },
    { status: 302, headers: { Location: "https://raw-1618033988.example" } },
    { status: 200, raw: '{"count": "raw-1618033988' },
    { status: 429, raw: "raw-1618033988", headers: { "Retry-After": "3600", "X-Internal": "raw-1618033988" } },
  ])("of another service tells nothing of what it said (%o)", async (behaviour) => {
    workspace.housekeeping.answer("GET /v1/staff", behaviour);
    const reply = await workspace.call("GET", "/ask", { token });
    expect(reply.status).toBeGreaterThanOrEqual(500);
    leaksNothing(reply);
  });

  test("of the database tells nothing of it", async () => {
    await workspace.superuser.query("ALTER TABLE app.account RENAME COLUMN owner TO hidden");
    const replies = [
      await workspace.call("GET", `/accounts/${id}`, { token }),
      await workspace.call("POST", "/accounts", { token, body: { owner: "dora", token: "tok-2718281828" } }),
    ];
    await workspace.superuser.query("ALTER TABLE app.account RENAME COLUMN hidden TO owner");
    for (const reply of replies) {
      expect([reply.status, reply.body["code"]]).toEqual([500, "internal-error"]);
      leaksNothing(reply);
    }
  });
});

test("a row of somebody else is absent, exactly as one that never was", async () => {
  const dora = await workspace.customer("dora");
  for (const path of ["/accounts/", "/customers/", "/reservations/"]) {
    const own = path === "/accounts/" ? id : randomUUID();
    const [others, none] = [
      await workspace.call("GET", `${path}${own}`, { token: dora }),
      await workspace.call("GET", `${path}${randomUUID()}`, { token: dora }),
    ];
    expect(others.status).toBe(404);
    const comparable = ({ status, headers, body: { instance: _, ...body } }: Reply): unknown => ({
      status,
      body,
      headers: [...headers.keys()].toSorted(),
      length: headers.get("content-length"),
    });
    expect(comparable(others)).toEqual(comparable(none));
  }
  expect((await workspace.call("GET", "/accounts", { token: dora })).body["items"]).toEqual([]);
  expect((await workspace.call("GET", "/accounts?owner=carla", { token: dora })).body["items"]).toEqual([]);
  expect((await workspace.call("GET", `/accounts/${id}`, { token: carla })).status).toBe(200);
});

test("neither the log nor the audit log nor the effects hold what is sensitive", async () => {
  const { rows } = await workspace.superuser.query(
    `SELECT row_to_json(a)::text AS text FROM lintel.audit_log a UNION ALL SELECT row_to_json(e)::text FROM lintel.effects e`,
  );
  expect(rows.length).toBeGreaterThan(10);
  const kept = JSON.stringify(rows) + workspace.logs.join("");
  for (const value of ["tok-2718281828", "raw-1618033988", "other-5772156649"]) expect(kept).not.toContain(value);
});
