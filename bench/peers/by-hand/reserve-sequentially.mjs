import { asRefusal } from "./refusal.mjs";
import { answerOf, auditOfReservation, insertReservation, lockRoom, rowOf } from "./statements.mjs";

/** One statement after the other, each awaited. */
export async function reserveSequentially(pool, call, input) {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const { rows: rooms } = await client.query(lockRoom(input.roomId));
    const row = rowOf(rooms[0], input);
    const { rows } = await client.query(insertReservation(call, row));
    await client.query(auditOfReservation(call, row));
    await client.query("COMMIT");
    return answerOf(rows[0]);
  } catch (error) {
    await client.query("ROLLBACK");
    throw asRefusal(error);
  } finally {
    client.release();
  }
}
