import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "@lintel/cli";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPostgres, type TestServer } from "../executor/database/start-postgres.ts";

interface Run {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

const reservations = join(import.meta.dirname, "../../examples/reservations");
const shelves = join(import.meta.dirname, "fixtures/shelves");
let temporary = "";
let server: TestServer;
let url = "";

beforeAll(async () => {
  temporary = mkdtempSync(join(tmpdir(), "lintel-test-"));
  server = await startPostgres();
  const database = await server.createDatabase();
  const { name } = database;
  const { host, port } = await database.connect("superuser");
  url = `postgresql://postgres:test@${host}:${String(port)}/${name}`;
});

afterAll(async () => {
  await server.stop();
  rmSync(temporary, { recursive: true });
});

async function lintelTest(...args: readonly string[]): Promise<Run> {
  const written = { out: "", error: "" };
  const code = await runCommand(["test", ...args], {
    out: (text) => {
      written.out += text;
    },
    error: (text) => {
      written.error += text;
    },
    isTerminal: false,
    now: () => new Date("2026-06-01T12:00:00Z"),
  });
  return { code, ...written };
}

function copyOf(folder: string, name: string): string {
  const copy = join(temporary, name);
  cpSync(folder, copy, { recursive: true });
  return copy;
}

describe("lintel test", () => {
  it("passes every scenario of the example, of which there are at least ten, on a PostgreSQL of its own", async () => {
    const { code, out, error } = await lintelTest(reservations, "--format", "json");
    expect(error).toBe("");
    const report = JSON.parse(out) as { readonly passed: number; readonly failed: number };
    expect(report.failed, out).toBe(0);
    expect(report.passed).toBeGreaterThanOrEqual(10);
    expect(code).toBe(0);
  });

  it("shows the call, the expected and the seen of a scenario that fails, at their lines, and leaves the server as it was", async () => {
    const folder = copyOf(reservations, "broken");
    const file = join(folder, "scenarios/booking.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("nights: 3", "nights: 4").replace("count: 1", "count: 2"));
    const { code, out } = await lintelTest(folder, "--filter", "booking", "--database-url", url);
    expect(code).toBe(1);
    expect(out).toContain("1 passed, 1 failed");
    expect(out).toMatch(/call {6}POST \/reservations as anna \(customer\) at 2026-03-01T09:00:00\.000Z/u);
    expect(out).toMatch(/body\.nights {2}\(.*scenarios\/booking\.yaml:21:\d+\)\n {4}expected {2}4\n {4}seen {6}3/u);
    expect(out).toMatch(/writes\[0\] Reservation count .*\n.*1 of 1 live rows.*\n {4}expected {2}2\n {4}seen {6}1/u);
    const junit = await lintelTest(folder, "--filter", "booking", "--database-url", url, "--format", "junit");
    expect(junit.out).toContain('tests="2" failures="1"');
    const superuser = await (await server.createDatabase()).connect("superuser");
    const { rows } = await superuser.query("SELECT datname FROM pg_database WHERE datname LIKE 'lintel_local%'");
    expect(rows).toEqual([]);
  });

  it("fails a step that expects nothing in particular where a promise between two rows is broken", async () => {
    const folder = copyOf(shelves, "open");
    mkdirSync(join(folder, "scenarios"));
    writeFileSync(
      join(folder, "scenarios/lower.yaml"),
      `apiVersion: lintel/v1
kind: Scenario
name: lower
given:
  - { id: shelf, entity: Shelf, values: { capacity: 1 } }
  - { entity: Box, values: { shelfId: "\${given.shelf.id}", size: 5 } }
steps:
  - { tool: get-shelf, caller: { subject: a, roles: [agent] }, input: { id: "\${given.shelf.id}" } }
`,
    );
    const { code, out } = await lintelTest(folder, "--database-url", url);
    expect(code).toBe(1);
    expect(out).toContain("Box/fits (a box fits its shelf) does not hold");
  });

  it("has its own words for specs that do not compile, for problems that do not exist and for nothing to run", async () => {
    const folder = copyOf(shelves, "wrong");
    expect(await lintelTest(folder)).toMatchObject({ code: 3 });
    expect((await lintelTest(join(folder, "gone"))).code).toBe(3);
    expect((await lintelTest(folder, "--generate", "--time", "soon")).code).toBe(2);
    writeFileSync(join(folder, "entities/box.yaml"), "apiVersion: lintel/v1\nkind: Entity\n");
    const { code, out } = await lintelTest(folder);
    expect([code, out]).toEqual([2, expect.stringContaining('"name" is missing')]);
  });

  it("draws calls that keep a promise between two rows", async () => {
    const kept = await lintelTest(shelves, "--generate", "--seed", "1", "--database-url", url, "--time", "5s");
    expect(kept.code, kept.out + kept.error).toBe(0);
  });

  it("draws calls that no answer fits, and prints the three that are needed as a scenario", async () => {
    const folder = copyOf(shelves, "drawn");
    mkdirSync(join(folder, "tools"));
    writeFileSync(
      join(folder, "tools/measure-box.yaml"),
      `apiVersion: lintel/v1
kind: Tool
name: measure-box
trigger: { http: { method: GET, path: "/boxes/{id}/room" } }
authorize: { roles: [agent] }
input: { type: object, additionalProperties: false, required: [id], properties: { id: { type: string, format: uuid } } }
output: { type: object, required: [room], properties: { room: { type: integer, maximum: 2 } } }
flow:
  - { id: box, type: read, entity: Box, where: { id: { eq: "\${input.id}" } }, one: true, include: [shelf] }
respond: { room: "\${nodes.box.shelf.capacity - nodes.box.size}" }
`,
    );
    const found = await lintelTest(folder, "--generate", "--seed", "1", "--database-url", url, "--format", "json");
    expect(found.code, found.out + found.error).toBe(1);
    const { broken } = JSON.parse(found.out) as { readonly broken: Readonly<Record<string, string>> };
    expect(broken).toMatchObject({ law: "server-error", subject: "measure-box/output-mismatch" });
    const tools = [...(broken["scenario"] ?? "").matchAll(/tool: (\S+)/gu)].map(([, tool]) => tool);
    expect(tools).toEqual(["create-shelf", "create-box", "measure-box"]);
    mkdirSync(join(folder, "scenarios"));
    writeFileSync(join(folder, "scenarios/found.yaml"), broken["scenario"] ?? "");
    const again = await lintelTest(folder, "--database-url", url);
    expect(again.out).toContain("measure-box answers 500 output-mismatch");
    expect(again.code).toBe(1);
  });
});
