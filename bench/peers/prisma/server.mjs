// Express and Prisma as their documentation has them; the room is locked by a raw query, for which Prisma has no call of its own.
import { randomUUID } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import express from "express";
import { createRemoteJWKSet, jwtVerify } from "jose";
import client from "./generated/index.js";

const { PORT, DATABASE_URL, ISSUER, JWKS_URL, AUDIENCE } = process.env;
const prisma = new client.PrismaClient({ adapter: new PrismaPg({ connectionString: DATABASE_URL, max: 16 }) });
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

class Refusal extends Error {
  constructor(status, code) {
    super(code);
    this.status = status;
  }
}

const app = express();
app.use(express.json());
app.get("/readyz", async (_request, response) => {
  await prisma.$queryRaw`SELECT 1`;
  response.json({ status: "ok" });
});
app.post("/reservations", async (request, response) => {
  const call = { id: randomUUID(), now: new Date(), subject: null, roles: [] };
  const { status, body } = await answerTo(call, request);
  console.log(JSON.stringify({ execution: call.id, status, durationMs: Date.now() - call.now.getTime() }));
  response.status(status).json(body);
});

async function answerTo(call, request) {
  try {
    const { sub, roles } = await callerOf(request.headers.authorization);
    Object.assign(call, { subject: sub, roles });
    if (!roles.includes("agent")) throw new Refusal(403, "role-missing");
    if (!isReservation(request.body)) throw new Refusal(400, "invalid-input");
    return { status: 201, body: await reserve(call, request.body) };
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(500, "internal-error");
    if (refusal.status === 500) console.error(error);
    await prisma.auditLog.create({ data: auditOf(call, "refused", refusal.status, refusal.message, []) });
    return { status: refusal.status, body: { code: refusal.message } };
  }
}

async function callerOf(authorization = "") {
  try {
    const rules = { issuer: ISSUER, audience: AUDIENCE, algorithms: ["RS256"], requiredClaims: ["exp"] };
    return (await jwtVerify(authorization.replace(/^Bearer /u, ""), keys, rules)).payload;
  } catch {
    throw new Refusal(401, "token-invalid");
  }
}

async function reserve(call, { roomId, startsOn, endsOn, guests, guestName }) {
  try {
    return await prisma.$transaction(
      async (tx) => {
        const [room] = await tx.$queryRaw`
          SELECT beds, nightly_rate FROM app.room WHERE id = ${roomId}::uuid AND deleted_at IS NULL FOR UPDATE`;
        if (room === undefined) throw new Refusal(404, "no-such-room");
        if (guests > Number(room.beds)) throw new Refusal(422, "too-few-beds");
        const [from, to] = [new Date(startsOn), new Date(endsOn)];
        const total = room.nightly_rate * BigInt((to - from) / 86_400_000);
        const data = { roomId, startsOn: from, endsOn: to, guests, guestName, total };
        const { id } = await tx.reservation.create({ data });
        const changes = [
          { entity: "Reservation", id, version: 1, action: "create", fields: ["id", ...Object.keys(data)] },
        ];
        await tx.auditLog.create({ data: auditOf(call, "succeeded", 201, null, changes) });
        return { id, total: { amount: Number(total), currency: "EUR" } };
      },
      { maxWait: 30_000, timeout: 30_000 },
    );
  } catch (error) {
    if (/no_overlap|23P01|exclusion/u.test(`${error.message} ${JSON.stringify(error.meta ?? {})}`)) {
      throw new Refusal(409, "room-is-taken");
    }
    throw error;
  }
}

function auditOf(call, outcome, status, errorCode, changes) {
  return {
    kind: "execution",
    executionId: call.id,
    tool: "create-reservation",
    outcome,
    status,
    errorCode,
    callerSubject: call.subject,
    callerRoles: call.roles,
    changes,
    details: {},
    bundleDigest: "prisma",
    startedAt: call.now,
    durationMs: Date.now() - call.now.getTime(),
  };
}

const server = app.listen(Number(PORT), "127.0.0.1");
process.once("SIGTERM", () => {
  server.closeAllConnections();
  server.close(() => prisma.$disconnect().then(() => process.exit(0)));
});
