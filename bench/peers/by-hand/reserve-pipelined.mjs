import { asRefusal } from "./refusal.mjs";
import { answerOf, auditOfReservation, insertReservation, lockRoom, rowOf } from "./statements.mjs";

/** What does not wait for an answer goes out together: two round trips, one of them for the room's rate. */
export async function reservePipelined(pool, call, input) {
  const client = await pool.connect();
  let isOver = false;
  try {
    const [, { rows: rooms }] = await Promise.all([client.query("BEGIN"), client.query(lockRoom(input.roomId))]);
    const row = rowOf(rooms[0], input);
    const sent = [
      client.query(insertReservation(call, row)),
      client.query(auditOfReservation(call, row)),
      client.query("COMMIT"),
    ];
    const [inserted, audited, committed] = await Promise.allSettled(sent);
    isOver = committed.status === "fulfilled";
    const failed = [inserted, audited, committed].find(({ status }) => status === "rejected");
    if (failed !== undefined) throw failed.reason;
    // COMMIT of a failed transaction answers ROLLBACK.
    if (committed.value.command !== "COMMIT") throw new Error("rolled back");
    return answerOf(inserted.value.rows[0]);
  } catch (error) {
    if (!isOver) await client.query("ROLLBACK");
    throw asRefusal(error);
  } finally {
    client.release();
  }
}
