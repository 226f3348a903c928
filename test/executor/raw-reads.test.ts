import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { assembleBundle, type Bundle, canonicalJson, type FlowNode } from "@lintel/specs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLogger, readSettings, startServer, writeImageContext } from "../../executor/index.ts";
import { type Bookings, type Reply, startBookings } from "./start-bookings.ts";
import { startProcess } from "./start-process.ts";

let bookings: Bookings;
let token: string;
let folder: string;

const tool = (name: string, flow: string): string => `
apiVersion: lintel/v1
kind: Tool
name: ${name}
trigger: { http: { method: POST, path: /${name} } }
authorize: { roles: [agent] }
input: { type: object, additionalProperties: false, properties: { number: { type: string, default: "" }, numbers: { type: array, items: { type: string }, default: [] } } }
output: { type: object, properties: { rows: {} } }
flow:
${flow}
respond: { rows: "\${nodes.rows}" }
`;

const sql = (statement: string, more = ""): string =>
  `  - id: rows\n    type: sql\n    statement: >-\n      ${statement}\n${more}`;

const files = {
  "tools/kinds.yaml": tool(
    "kinds",
    sql(
      `SELECT 1::int AS one, 2::bigint AS two, 1.50::numeric AS price, 0.5::float8 AS half, true AS yes, 'x'::text AS word, NULL::int AS none, ` +
        `'{"a": [1]}'::jsonb AS data, '2026-01-02'::date AS day, '2026-01-02 03:04:05+01'::timestamptz AS at; -- the end`,
    ),
  ),
  "tools/rooms-like.yaml": tool(
    "rooms-like",
    sql(
      "SELECT number, beds FROM app.room WHERE number = $1 OR number = ANY($2::text[]) ORDER BY number",
      '    parameters: ["${input.number}", "${input.numbers}"]\n    limit: 2',
    ),
  ),
  "tools/long.yaml": tool(
    "long",
    sql("SELECT count(*) AS n FROM generate_series(1, 10000000) a, generate_series(1, 1000) b"),
  ),
  "policies/long.yaml": `{ apiVersion: lintel/v1, kind: Policy, name: long, tools: [long], budget: { time: 500ms } }`,
  "tools/shadowed.yaml": tool("shadowed", sql("SELECT upper('x'::varchar) AS word")),
  "tools/trap.yaml": tool("trap", sql("SELECT * FROM app.trap")),
  "tools/within.yaml": tool(
    "within",
    `  - id: all
    type: transaction
    nodes:
      - { id: made, type: write, action: create, entity: Room, values: { number: "\${input.number}", beds: 1, nightlyRate: '\${money(100, "EUR")}' } }
      - { id: rows, type: sql, after: [made], statement: "SELECT count(*) AS n FROM app.room WHERE number = $1", parameters: ["\${input.number}"] }
      - { id: again, type: write, action: create, after: [rows], entity: Room, values: { number: "\${input.number}b", beds: 1, nightlyRate: '\${money(100, "EUR")}' } }`,
  ),
};

beforeAll(async () => {
  [bookings, folder] = await Promise.all([startBookings({ files }), mkdtemp(join(tmpdir(), "lintel-sql-"))]);
  token = await bookings.agent();
});

afterAll(async () => {
  await bookings.stop();
  await rm(folder, { recursive: true, force: true });
});

async function call(name: string, body: object = {}): Promise<Reply> {
  return bookings.call("POST", `/${name}`, { token, body });
}

describe("an acknowledged raw-read", () => {
  test("answers rows by column, with values of JSON's own kinds", async () => {
    expect((await call("kinds")).body["rows"]).toEqual([
      {
        one: 1,
        two: 2,
        price: "1.5",
        half: 0.5,
        yes: true,
        word: "x",
        none: null,
        data: { a: [1] },
        day: "2026-01-02",
        at: "2026-01-02T02:04:05.000Z",
      },
    ]);
  });

  test("binds what it is given, and never reads it as SQL", async () => {
    await call("within", { number: "s1" });
    expect((await call("rooms-like", { number: "s1" })).body["rows"]).toEqual([{ number: "s1", beds: 1 }]);
    const { status, body } = await call("rooms-like", { number: "x' OR 1=1 --", numbers: ["s1b", "'"] });
    expect(status).toBe(200);
    expect(body["rows"]).toEqual([{ number: "s1b", beds: 1 }]);
  });

  test("of more rows than its limit fails", async () => {
    await call("within", { number: "s2" });
    const { body } = await call("rooms-like", { number: "s1", numbers: ["s2", "s2b"] });
    expect(body).toMatchObject({ code: "too-many-rows" });
  });

  test("is given up when the execution's time is over", async () => {
    expect((await call("long")).body).toMatchObject({ code: "execution-timeout" });
  });

  test("inside a transaction sees what it wrote, and leaves it able to write", async () => {
    const reply = await call("within", { number: "s3" });
    expect(reply.body["rows"]).toEqual([{ n: 1 }]);
    expect((await call("rooms-like", { numbers: ["s3", "s3b"] })).body["rows"]).toHaveLength(2);
  });

  test("calls PostgreSQL's own functions, whatever others are called like them", async () => {
    await bookings.superuser.query(
      `CREATE FUNCTION public.upper(varchar) RETURNS text LANGUAGE sql AS 'SELECT ''stolen'''`,
    );
    expect((await call("shadowed")).body["rows"]).toEqual([{ word: "X" }]);
  });

  test("writes nothing where a view writes behind its back", async () => {
    await bookings.superuser.query(
      `CREATE TABLE app.caught (n int); GRANT INSERT ON app.caught TO PUBLIC; ` +
        `CREATE FUNCTION app.spring() RETURNS int LANGUAGE sql VOLATILE SECURITY DEFINER AS 'INSERT INTO app.caught VALUES (1) RETURNING n'; ` +
        `CREATE VIEW app.trap AS SELECT app.spring(); GRANT SELECT ON app.trap TO PUBLIC`,
    );
    expect((await call("trap")).status).toBe(500);
    expect(await bookings.count("app.caught")).toBe(0);
  });
});

/** The bundle with another statement in one tool, honestly digested. */
function withStatement(name: string, statement: string): Bundle {
  const { bundle } = bookings;
  const change = (node: FlowNode): FlowNode => (node.type === "sql" ? { ...node, statement } : node);
  const tools = bundle.tools.map((each) => (each.name === name ? { ...each, flow: each.flow.map(change) } : each));
  return assembleBundle({ ...bundle, tools });
}

describe("the gate", () => {
  test.each([
    "DELETE FROM app.room",
    "SELECT 1; DELETE FROM app.room",
    "WITH gone AS (DELETE FROM app.room RETURNING *) SELECT * FROM gone",
    "SELECT pg_terminate_backend(1)",
    "SELECT nextval('x')",
    "SELECT * FROM app.room FOR UPDATE",
    "SELECT set_config('transaction_read_only', 'off', true)",
  ])("refuses %s at boot as Red", async (statement) => {
    const bundle = withStatement("trap", statement);
    const { LINTEL_BUNDLE_DIGEST: _, ...environment } = bookings.environment;
    const file = join(folder, "red.json");
    await writeFile(file, canonicalJson(bundle));
    const settings = readSettings({ ...environment, LINTEL_BUNDLE: pathToFileURL(file).href });
    const started = startServer({ settings, log: createLogger("fatal"), defaultBundleUrl: "", host: "127.0.0.1" });
    await expect(started).rejects.toThrow(/is Red and is not served:\n- raw-write: tool trap, node rows/u);
  });

  test("stands in the image too: with PostgreSQL's parser it serves, without it nothing starts", async () => {
    const image = join(folder, "image");
    await writeImageContext({ bundle: bookings.bundle, folder: image });
    expect((await readdir(image)).sort()).toEqual([
      "Dockerfile",
      "bundle.json",
      "image.json",
      "libpg-query.wasm",
      "main.mjs",
      "sbom.cdx.json",
      "sql-parser.mjs",
    ]);
    const { LINTEL_BUNDLE: _, ...environment } = bookings.environment;
    const running = await startProcess(join(image, "main.mjs"), environment);
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const reply = await fetch(`${running.url}/shadowed`, { method: "POST", headers, body: "{}" });
    expect(await reply.json()).toEqual({ rows: [{ word: "X" }] });
    await running.end("SIGTERM");
    await rm(join(image, "sql-parser.mjs"));
    await expect(startProcess(join(image, "main.mjs"), environment)).rejects.toThrow(/exit 78: .*sql-parser\.mjs/su);
  });

  test("goes without the parser where no SQL is", async () => {
    const image = join(folder, "plain");
    const tools = bookings.bundle.tools.filter(({ flow }) => !canonicalJson(flow).includes('"sql"'));
    await writeImageContext({ bundle: assembleBundle({ ...bookings.bundle, tools }), folder: image });
    expect(await readdir(image)).not.toContain("libpg-query.wasm");
  });
});
