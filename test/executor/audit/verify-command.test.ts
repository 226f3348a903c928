import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { sealAudit } from "../../../executor/audit/seal-audit.ts";
import { auditKeysOf, createLogger } from "../../../executor/index.ts";
import { lintel } from "../../cli/run-lintel.ts";
import { startPostgres, type TestServer } from "../database/start-postgres.ts";
import { type SealedDatabase, sealedDatabase } from "./sealed-database.ts";

const run = promisify(execFile);
const main = join(import.meta.dirname, "../../../cli/main.ts");

let server: TestServer;
let db: SealedDatabase;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
});
afterEach(() => {
  vi.unstubAllEnvs();
});
beforeEach(async () => {
  db = await sealedDatabase(server);
});

const seal = (): Promise<number> => sealAudit(db.pool, { deadline: Date.now() + 60_000, log: createLogger("silent") });
const verify = (...more: readonly string[]) => lintel(["audit", "verify", "--database", db.adminUrl, ...more]);

test("an intact log is said to be intact, with the head to note", async () => {
  expect(await verify()).toMatchObject({ code: 3, out: expect.stringContaining("nothing is sealed yet") as string });
  await seal();
  await db.record(2);
  const { code, out } = await verify();
  expect(code).toBe(0);
  expect(out).toMatch(
    /^intact: 1 seal over 1 row and 0 counts of refusals\nhead: [0-9a-f]{64} \(sealed .+\)\nnot sealed yet: 2 rows, the oldest of .+\n$/u,
  );
});

test("what was done to it is named, as JSON too, and ends with exit code 1", async () => {
  await db.record(2);
  await seal();
  const { head } = JSON.parse((await verify("--format", "json")).out) as { head: string };
  await db.tamper("UPDATE lintel.audit_log SET status = 201 WHERE id = 2");
  expect(await verify("--head", head)).toMatchObject({
    code: 1,
    out: expect.stringContaining(
      "error: row 2 was changed after seal 1 covered it\ntampered with: 1 problem",
    ) as string,
  });
  const { code, out } = await verify("--format", "json", "--head", "0".repeat(64));
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    version: 1,
    isIntact: false,
    problems: [{ type: "row-changed", row: "2", seal: "1" }, { type: "head-missing" }],
  });
});

test("with a key the end must be signed, seals from before it are counted, and --signed-since refuses them", async () => {
  const text = Buffer.alloc(32, 1).toString("base64");
  const [key] = auditKeysOf(text) ?? [];
  vi.stubEnv("LINTEL_AUDIT_KEY", `${Buffer.alloc(32, 2).toString("base64")},${text}`);
  await seal();
  expect(await verify()).toMatchObject({
    code: 1,
    out: expect.stringContaining("error: seal 1 is the last one and not signed") as string,
  });
  await db.record(1);
  await sealAudit(db.pool, { deadline: Date.now() + 60_000, log: createLogger("silent"), key });
  expect(await verify()).toMatchObject({
    code: 0,
    out: expect.stringContaining("not signed: the first 1 seal, which anybody could have made anew") as string,
  });
  expect((await verify("--signed-since", "2")).code).toBe(0);
  expect(await verify("--signed-since", "1")).toMatchObject({
    code: 1,
    out: expect.stringContaining("error: seal 1 is not signed, and all from seal 1 on are to be") as string,
  });
  expect((await verify("--signed-since", "0")).error).toContain("give the number of a seal");
  vi.stubEnv("LINTEL_AUDIT_KEY", `${text},`);
  expect((await verify()).error).toContain("LINTEL_AUDIT_KEY is not 32 bytes in base64");
  vi.unstubAllEnvs();
  expect((await verify("--signed-since", "1")).error).toContain("set LINTEL_AUDIT_KEY");
});

test("what stands in the way is said, without the password of the URL", async () => {
  const executorUrl = db.adminUrl.replace("admin%40", "executor%40");
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [["--database", executorUrl], /may not read the audit log/u],
    [["--database", db.adminUrl.replace(":test@", ":secret-word@")], /cannot be reached: 28P01/u],
    [["--database", "postgresql://u:secret-word@127.0.0.1:9/x"], /cannot be reached: ECONNREFUSED/u],
    [["--database", "postgresql://u:secret-word@127.0.0.1:port/x"], /cannot be read/u],
    [["--database", db.adminUrl.replace(/workspace_\d+/u, "postgres")], /schema lintel|no seals/u],
    [["--database", db.adminUrl, "--head", "abc"], /64 hexadecimal digits/u],
  ];
  for (const [args, message] of cases) {
    const { code, error } = await lintel(["audit", "verify", ...args]);
    expect(error).toMatch(message);
    expect(error).not.toContain("secret-word");
    expect(code).toBe(2);
  }
  expect((await lintel(["audit", "verfy"])).code).toBe(2);
});

test("a log that is larger than the memory which the command has is verified", async () => {
  const rows = Number(process.env["LINTEL_AUDIT_ROWS"] ?? "7500");
  await db.superuser.query(
    `INSERT INTO lintel.audit_log (kind, execution_id, tool, outcome, status, changes, details, bundle_digest, started_at, duration_ms)
     SELECT 'execution', gen_random_uuid(), 'book-room', 'succeeded', 200, jsonb_build_array(repeat('x', 8000)), '{}', '', now(), n
     FROM generate_series(1, $1) AS n`,
    [rows],
  );
  expect(await seal()).toBe(rows + 1);
  const memory = "--max-old-space-size=48"; // MiB, where the rows are 60
  const args = [memory, main, "audit", "verify", "--format", "json"];
  const { stdout } = await run(process.execPath, args, { env: { LINTEL_DATABASE_URL: db.adminUrl } });
  expect(JSON.parse(stdout)).toMatchObject({ isIntact: true, rows: rows + 1, unsealed: 0 });
});
