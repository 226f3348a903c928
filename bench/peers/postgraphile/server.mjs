// PostGraphile as its documentation has it: express, its node-postgres adaptor, claims of the verified token as settings.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import express from "express";
import { createRemoteJWKSet, jwtVerify } from "jose";
import pg from "pg";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/express/v4";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const { PORT, DATABASE_URL, ISSUER, JWKS_URL, AUDIENCE } = process.env;
const keys = createRemoteJWKSet(new URL(JWKS_URL));
const rules = { issuer: ISSUER, audience: AUDIENCE, algorithms: ["RS256"], requiredClaims: ["exp"] };
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 16 });
await pool.query(await readFile(new URL("function.sql", import.meta.url), "utf8"));

const app = express();
app.get("/readyz", async (_request, response) => {
  await pool.query("SELECT 1");
  response.json({ status: "ok" });
});
app.use("/graphql", async (request, response, next) => {
  try {
    const token = (request.headers.authorization ?? "").replace(/^Bearer /u, "");
    request.claims = (await jwtVerify(token, keys, rules)).payload;
    next();
  } catch {
    response.status(401).json({ errors: [{ message: "token-invalid" }] });
  }
});
app.use((request, response, next) => {
  const started = Date.now();
  response.on("finish", () =>
    console.log(JSON.stringify({ status: response.statusCode, durationMs: Date.now() - started })),
  );
  next();
});
const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ pool, schemas: ["graph"] })],
  grafserv: { graphqlPath: "/graphql", graphiql: false, websockets: false, watch: false },
  grafast: {
    explain: false,
    context: ({ expressv4 }) => ({ pgSettings: { "jwt.claims": JSON.stringify(expressv4?.req?.claims ?? {}) } }),
  },
};
const server = createServer(app);
await postgraphile(preset).createServ(grafserv).addTo(app, server);
server.listen(Number(PORT), "127.0.0.1");
process.once("SIGTERM", () => process.exit(0));
