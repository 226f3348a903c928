// A custom endpoint, with Directus' own service for the row; the room is locked by knex, for which the service has no call.
import { randomUUID } from "node:crypto";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";

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

export default (router, { services, database, logger }) => {
  const answerTo = async (call, { accountability, body, schema }) => {
    try {
      const { subject, claimed } = accountability;
      if (!claimed) throw new Refusal(401, "token-invalid");
      Object.assign(call, { subject, roles: claimed });
      if (!claimed.includes("agent")) throw new Refusal(403, "role-missing");
      if (!isReservation(body)) throw new Refusal(400, "invalid-input");
      return { status: 201, body: await database.transaction((trx) => reserve(services, trx, schema, call, body)) };
    } catch (error) {
      const refusal = asRefusal(error);
      if (refusal.status === 500) logger.error(error);
      await database.transaction((trx) => record(trx, call, "refused", refusal.status, refusal.message, []));
      return { status: refusal.status, body: { code: refusal.message } };
    }
  };
  router.post("/", async (request, response) => {
    const call = { id: randomUUID(), now: new Date(), subject: null, roles: [] };
    const { status, body } = await answerTo(call, request);
    logger.info({ execution: call.id, status, durationMs: Date.now() - call.now.getTime() }, "answered");
    response.status(status).json(body);
  });
};

async function reserve({ ItemsService }, trx, schema, call, { roomId, startsOn, endsOn, guests, guestName }) {
  const room = await trx("room").select("beds", "nightly_rate").where({ id: roomId, deleted_at: null }).forUpdate().first();
  if (room === undefined) throw new Refusal(404, "no-such-room");
  if (guests > Number(room.beds)) throw new Refusal(422, "too-few-beds");
  const total = Number(room.nightly_rate) * ((Date.parse(endsOn) - Date.parse(startsOn)) / 86_400_000);
  const row = { room_id: roomId, starts_on: startsOn, ends_on: endsOn, guests, guest_name: guestName, total };
  const stamps = { created_at: call.now, updated_at: call.now };
  const id = await new ItemsService("reservation", { knex: trx, schema, accountability: null }).createOne({
    id: randomUUID(),
    ...row,
    ...stamps,
  });
  const changes = [{ entity: "Reservation", id, version: 1, action: "create", fields: ["id", ...Object.keys(row)] }];
  await record(trx, call, "succeeded", 201, null, changes);
  return { id, total: { amount: total, currency: "EUR" } };
}

function record(trx, call, outcome, status, errorCode, changes) {
  return trx("audit_log")
    .withSchema("lintel")
    .insert({
      kind: "execution",
      execution_id: call.id,
      tool: "create-reservation",
      outcome,
      status,
      error_code: errorCode,
      caller_subject: call.subject,
      caller_roles: call.roles,
      changes: JSON.stringify(changes),
      details: "{}",
      bundle_digest: "directus",
      started_at: call.now,
      duration_ms: Date.now() - call.now.getTime(),
    });
}

function asRefusal(error) {
  if (error instanceof Refusal) return error;
  const said = `${error.code ?? ""} ${error.message}`;
  return /no_overlap|23P01|exclusion/u.test(said) ? new Refusal(409, "room-is-taken") : new Refusal(500, "internal-error");
}
