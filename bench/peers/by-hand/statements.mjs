import { randomUUID } from "node:crypto";
import { auditOf } from "./audit.mjs";
import { Refusal } from "./refusal.mjs";

export function lockRoom(id) {
  return {
    name: "lock-room",
    text: "SELECT beds, nightly_rate FROM app.room WHERE id = $1 AND deleted_at IS NULL FOR UPDATE",
    values: [id],
  };
}

/** The row to insert, with its price. */
export function rowOf(room, { roomId, startsOn, endsOn, guests, guestName }) {
  if (room === undefined) throw new Refusal(404, "no-such-room");
  if (guests > Number(room.beds)) throw new Refusal(422, "too-few-beds");
  const nights = (Date.parse(endsOn) - Date.parse(startsOn)) / 86_400_000;
  return { id: randomUUID(), roomId, startsOn, endsOn, guests, guestName, total: Number(room.nightly_rate) * nights };
}

/** The exclusion constraint checks the overlap. */
export function insertReservation({ now }, row) {
  return {
    name: "insert-reservation",
    text: `INSERT INTO app.reservation (id, room_id, starts_on, ends_on, guests, guest_name, total, created_at, updated_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) RETURNING id, total, version`,
    values: [row.id, row.roomId, row.startsOn, row.endsOn, row.guests, row.guestName, row.total, now],
  };
}

export function auditOfReservation(call, { id }) {
  const fields = ["id", "roomId", "startsOn", "endsOn", "guests", "guestName", "total"];
  const changes = [{ entity: "Reservation", id, version: 1, action: "create", fields }];
  return auditOf(call, { outcome: "succeeded", status: 201, changes });
}

export function answerOf({ id, total }) {
  return { id, total: { amount: Number(total), currency: "EUR" } };
}
