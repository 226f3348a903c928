import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { buildProgram } from "@lintel/executor";
import { openBundle } from "@lintel/specs";
import pg from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { exportWorkspace } from "../../cli/export/export.ts";
import { writeExport } from "../../cli/export/write-export.ts";
import { startIssuer } from "../../cli/local/issuer.ts";
import { startPostgres } from "../../cli/local/postgres.ts";
import { redTool, specsIn, temporaryFolder, yellowTool } from "./run-lintel.ts";

const repository = join(import.meta.dirname, "../..");
const temporary = temporaryFolder();
const parts = { program: join(temporary, "main.mjs"), dockerfile: join(repository, "executor/image/Dockerfile") };

beforeAll(() => buildProgram(parts.program));

async function exported(folder: string, output: string, environment?: string) {
  let [out, error] = ["", ""];
  const console = {
    out: (text: string) => {
      out += text;
    },
    error: (text: string) => {
      error += text;
    },
    isTerminal: false,
    now: () => new Date("2026-06-01T12:00:00Z"),
  };
  const options = { output, ...(environment === undefined ? {} : { environment }) };
  return { code: await exportWorkspace(folder, options, console, parts), out, error };
}

describe("lintel export", () => {
  it("leads from an export to a running API on plain PostgreSQL, by the commands of its README", async () => {
    const issuer = await startIssuer();
    const postgres = await startPostgres({});
    try {
      const leaving = join(temporary, "leaving");
      expect(await exported(specsOf(issuer.url), leaving, "local")).toMatchObject({ code: 0, error: "" });
      await postgres.createDatabase("app");
      const port = await freePort();
      writeFileSync(join(leaving, "secrets.env"), filledIn(readFileSync(join(leaving, "secrets.env.example"), "utf8")));
      const owner = new URL(postgres.url("app"));
      const server = runReadme(leaving, { DATABASE: owner.href, SERVER: `${owner.host}/app` }, port);
      try {
        const rooms = `http://127.0.0.1:${String(port)}/rooms`;
        const token = await issuer.token("https://reservations.example.com", { sub: "anna", roles: ["agent"] });
        const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
        await untilReady(`http://127.0.0.1:${String(port)}/readyz`, server.log);
        expect((await fetch(rooms)).status).toBe(401);
        const room = { number: "12", beds: 2, nightlyRate: { amount: 9000, currency: "EUR" } };
        const made = await fetch(rooms, { method: "POST", headers, body: JSON.stringify(room) });
        expect([made.status, await made.json()]).toEqual([201, expect.objectContaining({ number: "12" })]);
        expect(JSON.stringify(await (await fetch(rooms, { headers })).json())).toContain('"number":"12"');
      } finally {
        server.stop();
      }
      await expectSameSchema(postgres, leaving);
    } finally {
      await postgres.stop();
      await issuer.stop();
    }
  }, 120_000);

  it("writes every part, and no value of a secret", async () => {
    const folder = specsIn(temporary, "green");
    const output = join(temporary, "parts");
    expect((await exported(folder, output)).code).toBe(0);
    const files = readdirSync(output, { recursive: true, encoding: "utf8" }).sort();
    expect(files.filter((name) => /\.\w+$/.test(name))).toEqual(
      expect.arrayContaining([
        "README.md",
        "compose.yaml",
        "database/roles.sql",
        "database/schema.sql",
        "image/main.mjs",
      ]),
    );
    openBundle(JSON.parse(readFileSync(join(output, "image/bundle.json"), "utf8")));
    for (const line of readFileSync(join(output, "secrets.env.example"), "utf8").split("\n")) {
      expect(line).toMatch(/^(#.*|\w+=|)$/);
    }
    execFileSync(process.execPath, ["--check", join(output, "infrastructure/index.js")]);
    // The same specs give the same texts.
    expect((await exported(folder, join(temporary, "again"))).code).toBe(0);
    for (const name of [
      "README.md",
      "compose.yaml",
      "database/schema.sql",
      "settings.env",
      "infrastructure/workspace.json",
    ]) {
      expect(readFileSync(join(temporary, "again", name), "utf8")).toBe(readFileSync(join(output, name), "utf8"));
    }
  });

  it("exports nothing that is Red, not acknowledged or does not compile, and says why", async () => {
    const cases = { red: [20, redTool], yellow: [10, yellowTool], broken: [2, "name: x"] } as const;
    for (const [name, [wanted, tool]] of Object.entries(cases)) {
      const folder = specsIn(temporary, name, { "tools/own.yaml": tool });
      const output = join(temporary, `${name}-out`);
      const { code, error } = await exported(folder, output);
      expect([name, code, existsSync(output)]).toEqual([name, wanted, false]);
      expect(error).toContain("nothing is exported");
    }
  });

  it("holds PostgreSQL's parser beside the program where the specs hold SQL, and not where they do not", async () => {
    const parser = ["libpg-query.wasm", "sql-parser.mjs"];
    for (const holdsSql of [true, false]) {
      const output = join(temporary, `sql-${String(holdsSql)}`);
      await writeExport(output, [{ path: "image/bundle.json", text: "{}" }], parts, holdsSql);
      const rest = ["Dockerfile", "bundle.json", "main.mjs"];
      expect(readdirSync(join(output, "image")).sort()).toEqual([...(holdsSql ? parser : []), ...rest].sort());
    }
  });

  it("writes over nothing", async () => {
    const output = join(temporary, "taken");
    mkdirSync(output);
    writeFileSync(join(output, "mine.txt"), "");
    const { code, error } = await exported(specsIn(temporary, "other"), output);
    expect([code, readdirSync(output)]).toEqual([2, ["mine.txt"]]);
    expect(error).toContain("empty");
  });
});

/** The example, whose environment "local" knows the issuer. */
function specsOf(issuer: string): string {
  const folder = join(temporary, "specs");
  cpSync(join(repository, "examples/reservations"), folder, { recursive: true });
  const file = join(folder, "workspace.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replaceAll("http://127.0.0.1:8799", issuer));
  return folder;
}

function filledIn(text: string): string {
  return text.replaceAll(/^(\w+)=$/gm, "$1=secretOf$1");
}

/** Runs the block "Without Docker" of the README, the last line as a process of its own. */
function runReadme(folder: string, variables: Readonly<Record<string, string>>, port: number) {
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  const [, block = ""] = /## Without Docker[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme) ?? [];
  const lines = block
    .trim()
    .replace("PORT=8080", `PORT=${String(port)}`)
    .split("\n");
  const serve = lines.pop() ?? "";
  const hasPsql = existsSync("/usr/bin/psql");
  const psql = hasPsql ? "" : `psql() { node ${join(import.meta.dirname, "psql.mjs")} "$@"; }\n`;
  const path = `${join(process.execPath, "..")}:${process.env["PATH"] ?? ""}`;
  const env = { ...variables, PATH: path, LINTEL_LOG_LEVEL: "warn" };
  // The roles twice: who repeats the block finds them standing.
  const repeated = lines.flatMap((line) => (line.includes("roles.sql") ? [line, line] : [line]));
  const script = `set -eu\n${psql}${repeated.join("\n")}\nexec env ${serve.replace(/^(\w+=\S+ )+/, "$&")}`;
  const lineOf: string[] = [];
  const child = spawn("bash", ["-c", script], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => lineOf.push(chunk.toString()));
  return { log: () => lineOf.join(""), stop: () => child.kill("SIGKILL") };
}

async function untilReady(url: string, log: () => string): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the export does not serve:\n${log()}`);
}

/** What schema.sql makes is what the migration made. */
async function expectSameSchema(postgres: Awaited<ReturnType<typeof startPostgres>>, leaving: string): Promise<void> {
  await postgres.createDatabase("by_hand");
  const client = new pg.Client({ connectionString: postgres.url("by_hand") });
  await client.connect();
  await client.query('GRANT CREATE ON DATABASE "by_hand" TO "lintel_migrator"');
  const script = readFileSync(join(leaving, "database/schema.sql"), "utf8").replaceAll(/^\\set .*$/gm, "");
  await client.query(script).finally(() => client.end());
  const [migrated, byHand] = await Promise.all([
    describeDatabase(postgres.url("app")),
    describeDatabase(postgres.url("by_hand")),
  ]);
  expect(byHand.length).toBeGreaterThan(100);
  expect(byHand).toEqual(migrated);
}

async function describeDatabase(url: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const own = `n.nspname IN ('app', 'history', 'lintel')`;
  const queries = [
    `SELECT n.nspname, c.relname, c.relkind, pg_get_userbyid(c.relowner), c.relacl::text, obj_description(c.oid)
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} ORDER BY 1, 2`,
    `SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attacl::text,
       pg_get_expr(d.adbin, d.adrelid)
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
       WHERE ${own} AND a.attnum > 0 AND c.relkind <> 'i' ORDER BY 1, 2, 3`,
    `SELECT n.nspname, k.conname, pg_get_constraintdef(k.oid)
       FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE ${own} ORDER BY 1, 2`,
    `SELECT n.nspname, t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} AND NOT t.tgisinternal ORDER BY 1, 2, 3`,
    `SELECT schemaname, indexname, indexdef FROM pg_indexes WHERE schemaname IN ('app', 'history', 'lintel') ORDER BY 1, 2`,
    `SELECT n.nspname, p.proname, md5(p.prosrc), p.proacl::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE ${own} ORDER BY 1, 2`,
  ];
  const rows: unknown[] = [];
  for (const text of queries) rows.push(...(await client.query({ text, rowMode: "array" })).rows);
  await client.end();
  return rows;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address !== null && typeof address === "object" ? address.port : 0;
}
