// A handler took `Number(request.query.count)` and nobody looked at what came out: NaN went into prices, rows and answers.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CallOptions, Reply } from "../executor/start-bookings.ts";
import { startWorkspace, type Workspace } from "./start-workspace.ts";

let workspace: Workspace;
let token: string;
let calls = 0;

/** A tool that answers what an expression makes of a text. */
const convert = (name: string, expression: string): string => `
apiVersion: lintel/v1
kind: Tool
name: convert-${name}
trigger: { http: { method: GET, path: /convert/${name} } }
authorize: { roles: [agent] }
input: { type: object, additionalProperties: false, required: [text], properties: { text: { type: string } } }
output: { type: object, required: [value], properties: { value: {} } }
flow:
  - { id: value, type: transform, value: "\${${expression}}" }
respond: { value: "\${nodes.value}" }
`;

const weigh = `
apiVersion: lintel/v1
kind: Tool
name: weigh
trigger: { http: { method: GET, path: /weigh } }
authorize: { roles: [agent] }
input:
  type: object
  additionalProperties: false
  properties: { count: { type: integer }, ratio: { type: number }, by: { type: number, default: 1 } }
output: { type: object, properties: { count: {}, ratio: {}, quotient: {}, price: {} } }
flow:
  - { id: count, type: transform, value: "\${has(input.count) ? input.count : 0}" }
  - { id: ratio, type: transform, value: "\${has(input.ratio) ? input.ratio : 0.0}" }
  - { id: quotient, type: transform, value: "\${nodes.ratio / input.by}" }
  - { id: price, type: transform, value: '\${money(100, "EUR") * nodes.count}' }
respond: { count: "\${nodes.count}", ratio: "\${nodes.ratio}", quotient: "\${nodes.quotient}", price: "\${nodes.price}" }
`;

const conversions = {
  int: "int(input.text)",
  double: "double(input.text)",
  decimal: "decimal(input.text)",
  product: "double(input.text) * double(input.text)",
  quotient: "double(input.text) / double(input.text)",
  difference: "double(input.text) - double(input.text)",
} as const;

beforeAll(async () => {
  const tools = Object.entries(conversions).map(
    ([name, expression]) => [`tools/convert-${name}.yaml`, convert(name, expression)] as const,
  );
  workspace = await startWorkspace({ files: { ...Object.fromEntries(tools), "tools/weigh.yaml": weigh } });
  token = await workspace.agent();
});

afterAll(async () => {
  await workspace.stop();
});

/** What people, spreadsheets and attackers put where a number belongs; none of it is a number in JSON. */
const noNumbers = [
  "",
  " ",
  " 12 ",
  "12 ",
  "\u00a012",
  "0x1F",
  "0b11",
  "1,5",
  "1.000,50",
  "1 000",
  "1_000",
  "1.5.2",
  "--1",
  "+5",
  ".5",
  "5.",
  "5e",
  "1e999",
  "-1e999",
  "1e309",
  "NaN",
  "nan",
  "Infinity",
  "-Infinity",
  "inf",
  "١٢",
  "１２",
  "undefined",
  "null",
  "none",
  "true",
  "[]",
  "[1]",
  "{}",
  "12abc",
  "12n",
  "1/0",
  "9007199254740993",
  "1e300",
] as const;

const numbers = ["0", "-0", "7", "-7", "0.1", "1e3", "1.5E-7", "9007199254740991"] as const;

async function call(method: string, path: string, options: CallOptions = {}): Promise<Reply> {
  calls += 1;
  const reply = await workspace.call(method, path, { token, ...options });
  expect(JSON.stringify(reply.body)).not.toMatch(/NaN|Infinity/u);
  return reply;
}

const post = (raw: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> =>
  call("POST", "/readings", { raw, headers });

describe("in a query string", () => {
  test.each(noNumbers)("%j is refused where a number belongs, and the parameter is named", async (text) => {
    for (const [path, name] of [
      ["/weigh", "count"],
      ["/weigh", "ratio"],
      ["/weigh", "by"],
      ["/readings", "count"],
      ["/readings", "ratio"],
      ["/readings", "exact"],
      ["/readings", "limit"],
    ] as const) {
      const { status, body } = await call("GET", `${path}?${name}=${encodeURIComponent(text)}`);
      // A decimal is text of any length: this one is exact.
      if (name === "exact" && text === "9007199254740993") expect(status).toBe(200);
      else expect([status, body]).toMatchObject([422, { errors: [{ pointer: `/${name}` }] }]);
    }
  });

  test.each(numbers)("%j is the number that it says", async (text) => {
    const { status, body } = await call("GET", `/weigh?ratio=${encodeURIComponent(text)}`);
    expect(status).toBe(200);
    expect(body["ratio"]).toBe(Number(text) + 0);
  });

  test("given twice is refused instead of one of them taken", async () => {
    expect((await call("GET", "/weigh?ratio=1&ratio=2")).status).toBe(422);
    expect((await call("GET", "/weigh?ratio[]=1")).status).toBe(422);
  });
});

describe("in a body", () => {
  test.each(noNumbers)("the text %j is refused where a number belongs", async (text) => {
    for (const field of ["count", "ratio", "price", "exact"]) {
      const value = field === "price" ? { amount: text, currency: "EUR" } : text;
      const { status } = await post(JSON.stringify({ label: "text", [field]: value }));
      expect([field, status]).toEqual([field, field === "exact" && text === "9007199254740993" ? 201 : 422]);
    }
  });

  test.each(noNumbers)("%j as it stands is either no JSON or refused", async (raw) => {
    for (const field of ["count", "ratio", "exact", "extra"]) {
      const { status, body } = await post(`{"label": "raw", "${field}": ${raw}}`);
      // A field of json takes what is JSON; and JSON has white space.
      const isJson = (field === "extra" || raw.trim() === "12") && status === 201;
      const isNull = raw === "null" && field !== "count";
      if (isJson || isNull) expect(body[field]).toEqual(JSON.parse(raw));
      else expect([400, 422]).toContain(status);
    }
  });

  test("a form is no body: its numbers would be text", async () => {
    const { status, body } = await post("label=form&count=12&ratio=1,5", {
      "Content-Type": "application/x-www-form-urlencoded",
    });
    expect([status, body["code"]]).toEqual([415, "unsupported-media-type"]);
  });
});

describe("in an expression", () => {
  test.each(Object.keys(conversions))("%s of a text is a number or a problem", async (name) => {
    for (const text of [...noNumbers, ...numbers, "1e200", "1e154"]) {
      const { status, body } = await call("GET", `/convert/${name}?text=${encodeURIComponent(text)}`);
      if (status === 200) expect(Number.isFinite(Number(body["value"]))).toBe(true);
      else expect([status, body["code"]]).toEqual([422, "evaluation-failed"]);
    }
  });

  test.each(["by=0", "by=-0", "by=5e-324", "by=0.0"])("a division is a number or a problem (%s)", async (by) => {
    for (const ratio of ["0", "1", "1e15"]) {
      const { status, body } = await call("GET", `/weigh?ratio=${ratio}&${by}`);
      if (status === 200) expect(Number.isFinite(body["quotient"])).toBe(true);
      else expect([status, body["code"]]).toEqual([422, "evaluation-failed"]);
    }
  });

  test("money beyond what is counted exactly is a problem, not another amount", async () => {
    const { status, body } = await call("GET", "/weigh?count=9007199254740991");
    expect([status, body["code"]]).toEqual([422, "evaluation-failed"]);
  });
});

test("after all of this no row, record or line of the log holds a number that is none", async () => {
  const { rows } = await workspace.superuser.query(
    `SELECT id FROM app.reading WHERE ratio::text IN ('NaN', 'Infinity', '-Infinity') OR exact::text IN ('NaN', 'Infinity', '-Infinity')`,
  );
  expect(rows).toEqual([]);
  const kept = await workspace.superuser.query<{ row: string }>(
    `SELECT row_to_json(r)::text AS row FROM app.reading r`,
  );
  expect(kept.rows.length).toBeGreaterThan(0);
  for (const { row } of kept.rows) expect(row).not.toMatch(/NaN|Infinity/u);
  expect(workspace.logs.join("")).not.toMatch(/NaN/u);
  expect(await workspace.executions()).toHaveLength(calls);
});
