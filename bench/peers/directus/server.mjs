// Directus with its tables beside ours, and two extensions: who calls, and what is done.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import pg from "pg";

const { DATABASE_URL } = process.env;
Object.assign(process.env, {
  DB_CLIENT: "pg",
  DB_CONNECTION_STRING: DATABASE_URL,
  DB_SEARCH_PATH: "array:public,app",
  DB_POOL__MIN: "0",
  DB_POOL__MAX: "16",
  HOST: "127.0.0.1",
  // It is to work, not to turn away.
  PRESSURE_LIMITER_ENABLED: "false",
  SECRET: "no secret, for a bench on loopback",
  ADMIN_EMAIL: "admin@example.com",
  ADMIN_PASSWORD: "no-secret-either-1",
  EXTENSIONS_PATH: join(import.meta.dirname, "extensions"),
  TELEMETRY: "false",
  SERVE_APP: "false",
  WEBSOCKETS_ENABLED: "false",
  LOG_STYLE: "raw",
});

const client = new pg.Client({ connectionString: DATABASE_URL });
await client.connect();
const { rowCount: isBootstrapped } = await client.query(
  "SELECT 1 FROM pg_tables WHERE tablename = 'directus_settings'",
);
await client.end();
if (!isBootstrapped) {
  const cli = join(import.meta.dirname, "node_modules", "@directus", "api", "dist", "cli", "run.js");
  const { status } = spawnSync(process.execPath, [cli, "bootstrap"], { stdio: "inherit" });
  if (status !== 0) process.exit(1);
}
const { startServer } = await import("@directus/api/server");
await startServer();
