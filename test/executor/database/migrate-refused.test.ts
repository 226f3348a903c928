import type { Entity } from "@lintel/specs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addRoom, begin, changed, first, never, serving, withReservation, withRoom } from "./begin-migration.ts";
import { field, reservation, room } from "./hotel.ts";
import { startPostgres, type TestServer } from "./start-postgres.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
});

describe("changes that would lose something", () => {
  test.each<[string, Partial<Entity>, string, string]>([
    [
      "a field of another type",
      { fields: changed("beds", { type: "string" }) },
      "type-changed",
      "Room.beds would change from integer to string",
    ],
    [
      "a field in another currency",
      { fields: changed("nightlyRate", { type: "money", currency: "USD" }) },
      "currency-changed",
      "Room.nightlyRate would turn EUR into USD",
    ],
    [
      "a field that is computed now",
      { fields: changed("beds", { computed: "2" }) },
      "computed-changed",
      "Room.beds would become computed",
    ],
    [
      "a field that must be given now",
      { fields: [...room.fields, field("wing", "string")] },
      "value-missing",
      "Room.wing is new and required",
    ],
    [
      "a renaming of a field that is not there",
      {
        fields: [
          ...room.fields.filter(({ name }) => name !== "beds"),
          field("places", "integer", { renamedFrom: "bed", default: 1 }),
        ],
      },
      "rename-unknown",
      "Room.places is said to be renamed from bed",
    ],
    [
      "a renaming that changes the field too",
      {
        fields: [
          ...room.fields.filter(({ name }) => name !== "beds"),
          field("places", "string", { renamedFrom: "beds" }),
        ],
      },
      "rename-and-change",
      "Room.places would be renamed from beds and changed",
    ],
  ])("%s is refused, and nothing is changed", async (_, change, code, message) => {
    const { client, up } = await begin(server);
    await up(first);
    const bundle = withRoom(change);
    await expect(up(bundle)).rejects.toMatchObject({
      code: "refused",
      problems: [expect.objectContaining({ code, message: expect.stringContaining(message) as string })],
    });
    expect(await serving(client, first, bundle)).toEqual([true, false]);
  });

  test("an enum value that is gone is refused", async () => {
    const { up } = await begin(server);
    await up(first);
    const fields = reservation.fields.map((one) => (one.name === "source" ? { ...one, values: ["web"] } : one));
    await up(first);
    await expect(up(withReservation({ fields }))).rejects.toThrow('Reservation.source would no longer know "phone"');
    const mapped = fields.map((one) =>
      one.name === "source" ? { ...one, values: ["mail"], renamedValues: { phone: "mail", web: "mail" } } : one,
    );
    await expect(up(withReservation({ fields: mapped }))).rejects.toThrow(
      'would get "mail", which the deployed release does not know',
    );
  });

  test("a status that is gone, or moves to another field, is refused", async () => {
    const { up } = await begin(server);
    const status = reservation.status ?? never();
    await up(first);
    const states = status.states.filter((state) => state !== "completed");
    await expect(up(withReservation({ status: { ...status, states } }))).rejects.toThrow(
      'would no longer know "completed"',
    );
    const moved = { ...status, field: "state" };
    await expect(
      up(withReservation({ status: moved, exclude: [], list: { filterable: [], sortable: [], maximum: 10 } })),
    ).rejects.toMatchObject({
      problems: [{ code: "status-moved" }],
    });
  });

  test("rows that break a new rule are named before anything is changed", async () => {
    const { client, up } = await begin(server);
    await up(first);
    const id = await addRoom(client, "1");
    const fewer = withRoom({ fields: changed("beds", { minimum: 3, maximum: 8 }) });
    await expect(up(fewer)).rejects.toThrow(`Room: rows that stand break room_beds_range, such as ${id}`);
    await client.query("UPDATE app.room SET beds = 4");
    await up(fewer);
  });
});
