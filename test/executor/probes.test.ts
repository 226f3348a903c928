import { afterAll, beforeAll, expect, test } from "vitest";
import { sharedAnswer } from "../../executor/server/shared-answer.ts";
import { type Bookings, startBookings } from "./start-bookings.ts";
import { waitUntil } from "./wait-until.ts";

let bookings: Bookings;

beforeAll(async () => {
  bookings = await startBookings();
});

afterAll(async () => {
  await bookings.stop();
});

/** Connections that wait for the table of bundles. */
async function waiting(): Promise<number> {
  const { rows } = await bookings.superuser.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_locks WHERE NOT granted AND relation = 'lintel.bundles'::regclass`,
  );
  return rows[0]?.count ?? 0;
}

function probes(count: number): Promise<readonly number[]> {
  return Promise.all(Array.from({ length: count }, async () => (await fetch(`${bookings.url}/readyz`)).status));
}

test("however many ask whether a slow database answers, they hold one connection, and tools are answered", async () => {
  const token = await bookings.agent();
  const rooms = async (): Promise<number> => (await bookings.call("GET", "/rooms", { token })).status;
  await bookings.superuser.query("BEGIN");
  await bookings.superuser.query("LOCK TABLE lintel.bundles IN ACCESS EXCLUSIVE MODE");
  try {
    const asked = probes(50);
    const isOver = asked.then(() => true);
    await waitUntil(async () => (await waiting()) > 0);
    const [held, answers] = [new Set<number>(), new Set<number>()];
    while (!(await Promise.race([isOver, Promise.resolve(false)]))) {
      answers.add(await rooms());
      held.add(await waiting());
    }
    expect(new Set(await asked)).toEqual(new Set([503]));
    expect(Math.max(...held)).toBe(1);
    expect([...answers]).toEqual([200]);
  } finally {
    await bookings.superuser.query("ROLLBACK");
  }
  await waitUntil(async () => (await probes(1))[0] === 200);
});

test("an answer is shared by all who ask within a moment, and then asked for again", async () => {
  const answers = [true, false, true];
  let asked = 0;
  const ask = sharedAnswer(() => Promise.resolve(answers[asked++] === true));
  for (const [index, answer] of answers.entries()) {
    await waitUntil(async () => (await ask()) === answer);
    expect(asked).toBe(index + 1);
    expect(new Set(await Promise.all(Array.from({ length: 100 }, ask)))).toEqual(new Set([answer]));
    expect(asked).toBe(index + 1);
  }
});
