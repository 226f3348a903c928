// The service as a careful team writes it: fastify, jose, ajv, pg, prepared statements, one transaction, an audit record for every call.
// `node server.mjs sequential|pipelined`
import { randomUUID } from "node:crypto";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { fastify } from "fastify";
import { createRemoteJWKSet, jwtVerify } from "jose";
import pg from "pg";
import { auditOf } from "./audit.mjs";
import { Refusal } from "./refusal.mjs";
import { reservePipelined } from "./reserve-pipelined.mjs";
import { reserveSequentially } from "./reserve-sequentially.mjs";

const { PORT, DATABASE_URL, ISSUER, JWKS_URL, AUDIENCE } = process.env;
const isPipelined = process.argv[2] === "pipelined";
const reserve = isPipelined ? reservePipelined : reserveSequentially;

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 16, pipeline: isPipelined });
pool.on("error", (error) => server.log.warn({ error }, "a database connection broke"));
const keys = createRemoteJWKSet(new URL(JWKS_URL));
const ajv = new Ajv2020({ strictTypes: false });
formats.default(ajv);

const isReservation = ajv.compile({
  type: "object",
  additionalProperties: false,
  required: ["roomId", "startsOn", "endsOn", "guests", "guestName"],
  properties: {
    roomId: { type: "string", format: "uuid" },
    startsOn: { type: "string", format: "date" },
    endsOn: { type: "string", format: "date" },
    guests: { type: "integer", minimum: 1, maximum: 8 },
    guestName: { type: "string", minLength: 1, maxLength: 200 },
  },
});

const server = fastify({ logger: true, disableRequestLogging: true });
// The schema is checked by hand, so that a refusal has its audit record like every other answer.
server.setValidatorCompiler(() => () => true);

server.get("/readyz", async () => {
  await pool.query("SELECT 1");
  return { status: "ok" };
});

server.post("/reservations", async (request, reply) => {
  const call = { id: randomUUID(), now: new Date(), subject: null, roles: [] };
  const { status, body } = await answerTo(call, request);
  request.log.info({ execution: call.id, status, durationMs: Date.now() - call.now.getTime() }, "answered");
  return reply.code(status).send(body);
});

async function answerTo(call, request) {
  try {
    const { sub, roles } = await callerOf(request.headers.authorization);
    Object.assign(call, { subject: sub, roles });
    if (!roles.includes("agent")) throw new Refusal(403, "role-missing");
    if (!isReservation(request.body)) throw new Refusal(400, "invalid-input", isReservation.errors);
    const { startsOn, endsOn } = request.body;
    if (endsOn <= startsOn) throw new Refusal(422, "ends-before-start");
    return { status: 201, body: await reserve(pool, call, request.body) };
  } catch (error) {
    if (!(error instanceof Refusal)) request.log.error({ error }, "the call failed");
    const refusal = error instanceof Refusal ? error : new Refusal(500, "internal-error");
    await pool.query(auditOf(call, { outcome: "refused", status: refusal.status, code: refusal.code, changes: [] }));
    return { status: refusal.status, body: { code: refusal.code, errors: refusal.errors } };
  }
}

async function callerOf(authorization = "") {
  try {
    const { payload } = await jwtVerify(authorization.replace(/^Bearer /u, ""), keys, {
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms: ["RS256"],
      requiredClaims: ["exp"],
    });
    return payload;
  } catch {
    throw new Refusal(401, "token-invalid");
  }
}

process.once("SIGTERM", async () => {
  await server.close();
  await pool.end();
});
await server.listen({ port: Number(PORT), host: "127.0.0.1" });
