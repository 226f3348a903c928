// One PostgreSQL for everybody: tables, constraints, triggers and rows are those of our migration, so that the work is the same.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createLogger, readSettings, runMigration } from "@lintel/executor";
import { type Bundle, canonicalJson, compileFiles } from "@lintel/specs";
import type pg from "pg";
import { roles, startPostgres } from "../../test/executor/database/start-postgres.ts";
import { type Issuer, startIssuer } from "../../test/executor/issuer.ts";
import { roomCount, roomId, type Tokens, takenStay } from "./calls.ts";

export const audience = "https://bench.test";

export interface Stage {
  readonly bundle: Bundle;
  readonly issuer: Issuer;
  readonly tokens: Tokens;
  /** Where PostgreSQL listens. */
  readonly port: number;
  /** A copy of the seeded database for one server. */
  copy(name: string): Promise<StageDatabase>;
  stop(): Promise<void>;
}

export interface StageDatabase {
  readonly name: string;
  /** A connection string for a role, over the port of PostgreSQL or of a proxy before it. */
  urlFor(role: "executor" | "superuser", port?: number): string;
  query(text: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

export async function openStage(): Promise<Stage> {
  const [postgres, issuer] = await Promise.all([startPostgres(["-c", "max_connections=400"]), startIssuer(audience)]);
  const bundle = await compileSpecs(issuer.url);
  const template = await postgres.createDatabase();
  const seeding = await template.connect("superuser");
  const { port } = seeding;
  await seeding.query("CREATE EXTENSION btree_gist");
  await migrate(bundle, urlOf(roles.migrator, port, template.name));
  await seed(seeding);
  await seeding.end();
  const spare = await postgres.createDatabase();
  const admin = await spare.connect("superuser");
  const tokenFor = (role: string): Promise<string> =>
    issuer.token({ sub: `${role}-1`, roles: [role], exp: Math.floor(Date.now() / 1000) + 24 * 3600 });
  return {
    bundle,
    issuer,
    port,
    tokens: { agent: await tokenFor("agent"), guest: await tokenFor("guest") },
    copy: async (name) => {
      await admin.query(`CREATE DATABASE "${name}" TEMPLATE "${template.name}"`);
      return stageDatabase(name, port, (options) => spare.connect("superuser", { ...options, database: name }));
    },
    stop: async () => {
      await Promise.all([postgres.stop(), issuer.stop()]);
    },
  };
}

function stageDatabase(
  name: string,
  port: number,
  connect: (options: pg.ClientConfig) => Promise<pg.Client>,
): StageDatabase {
  return {
    name,
    urlFor: (role, proxy = port) => urlOf(role === "superuser" ? "postgres" : roles.executor, proxy, name),
    query: async (text) => {
      const client = await connect({});
      try {
        return (await client.query<Record<string, unknown>>(text)).rows;
      } finally {
        await client.end();
      }
    },
  };
}

function urlOf(user: string, port: number, name: string): string {
  return `postgresql://${encodeURIComponent(user)}:test@127.0.0.1:${String(port)}/${name}`;
}

async function compileSpecs(issuer: string): Promise<Bundle> {
  const folder = join(import.meta.dirname, "specs");
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".yaml"));
  const files = await Promise.all(
    names.map(async (path) => ({
      path,
      text: (await readFile(join(folder, path), "utf8")).replace("http://127.0.0.1:1", issuer),
    })),
  );
  const { specs, diagnostics } = compileFiles(files);
  if (specs === undefined) throw new Error(JSON.stringify(diagnostics[0]));
  return specs.bundle;
}

async function migrate(bundle: Bundle, url: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "lintel-bench-"));
  try {
    const file = join(folder, "bundle.json");
    await writeFile(file, canonicalJson(bundle));
    await runMigration({
      settings: readSettings({ LINTEL_DATABASE_URL: url }),
      log: createLogger("fatal"),
      defaultBundleUrl: pathToFileURL(file).href,
      executorUser: roles.executor,
      adminUser: roles.admin,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Rooms, and in each the stay that conflicting calls ask for. */
async function seed(client: pg.Client): Promise<void> {
  const ids = Array.from({ length: roomCount }, (_, index) => roomId(index));
  await client.query(
    `INSERT INTO app.room (id, number, beds, nightly_rate, created_at, updated_at)
     SELECT id, ordinality::text, 4, 9000, now(), now() FROM unnest($1::uuid[]) WITH ORDINALITY AS t (id, ordinality)`,
    [ids],
  );
  await client.query(
    `INSERT INTO app.reservation (id, room_id, starts_on, ends_on, guests, total, guest_name, created_at, updated_at)
     SELECT gen_random_uuid(), id, $1, $2, 2, 18000, 'Taken', now(), now() FROM app.room`,
    [takenStay.startsOn, takenStay.endsOn],
  );
  await client.query("ANALYZE");
}
