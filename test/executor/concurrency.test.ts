import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bookings, type Reply, startBookings } from "./start-bookings.ts";

let bookings: Bookings;
let token: string;
let customerId: string;
let roomId: string;

/** The same booking at each level of concurrency. */
const levels = ["optimistic", "pessimistic", "serializable"] as const;

function bookingTool(level: string): string {
  return `
apiVersion: lintel/v1
kind: Tool
name: book-${level}
trigger: { http: { method: POST, path: /book/${level} } }
authorize: { roles: [agent] }
concurrency: ${level}
input:
  type: object
  additionalProperties: false
  required: [customerId, roomId, startsOn, endsOn]
  properties:
    customerId: { type: string, format: uuid }
    roomId: { type: string, format: uuid }
    startsOn: { type: string, format: date }
    endsOn: { type: string, format: date }
output: { type: object, required: [id], properties: { id: { type: string } } }
flow:
  - id: book
    type: transaction
    nodes:
      - { id: room, type: read, entity: Room, where: { id: { eq: "\${input.roomId}" } }, one: true }
      - { id: same, type: read, entity: Reservation, where: { roomId: { eq: "\${input.roomId}" }, startsOn: { eq: "\${input.startsOn}" } }, limit: 10 }
      - { id: free, type: assert, expr: nodes.same.size() == 0, message: the room is taken }
      - id: reservation
        type: write
        action: create
        entity: Reservation
        after: [free]
        values:
          customerId: \${input.customerId}
          roomId: \${input.roomId}
          startsOn: \${input.startsOn}
          endsOn: \${input.endsOn}
          total: \${nodes.room.nightlyRate * (input.endsOn - input.startsOn)}
respond: { id: "\${nodes.reservation.id}" }
`;
}

beforeAll(async () => {
  const files = Object.fromEntries(levels.map((level) => [`tools/book-${level}.yaml`, bookingTool(level)]));
  bookings = await startBookings({ files });
  token = await bookings.agent();
  const nightlyRate = { amount: 9000, currency: "EUR" };
  const room = await bookings.call("POST", "/rooms", { token, body: { number: "101", beds: 2, nightlyRate } });
  roomId = String(room.body["id"]);
  const customer = { subject: "carla", name: "Carla", email: "carla@example.com" };
  customerId = String((await bookings.call("POST", "/customers", { token, body: customer })).body["id"]);
});

afterAll(async () => {
  await bookings.stop();
});

test.each(levels)(
  "concurrent overlapping bookings, %s: one wins, the others are told, none is a 5xx",
  async (level) => {
    const year = 2031 + levels.indexOf(level);
    const before = await bookings.count("app.reservation");
    const records = (await bookings.executions()).length;
    const replies: Reply[] = await Promise.all(
      Array.from({ length: 24 }, (_, index) => {
        const startsOn = `${String(year)}-05-${String(1 + (index % 3)).padStart(2, "0")}`;
        const body = { customerId, roomId, startsOn, endsOn: `${String(year)}-05-10` };
        return bookings.call("POST", `/book/${level}`, { token, body });
      }),
    );
    const statuses = replies.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status !== 200 && status !== 409 && status !== 422)).toEqual([]);
    expect(await bookings.count("app.reservation")).toBe(before + 1);
    expect((await bookings.executions()).length).toBe(records + 24);
  },
);

test("no two live reservations of a room overlap, whatever was tried", async () => {
  const { rows } = await bookings.superuser.query(
    `SELECT a.id FROM app.reservation a JOIN app.reservation b ON a.room_id = b.room_id AND a.id < b.id
     WHERE daterange(a.starts_on, a.ends_on) && daterange(b.starts_on, b.ends_on)`,
  );
  expect(rows).toEqual([]);
});

test("of concurrent changes that expect one version, one wins and the others are told of the conflict", async () => {
  const read = await bookings.call("GET", `/rooms/${roomId}`, { token });
  const { version } = read.body;
  const replies = await Promise.all(
    [1, 2, 3, 4, 5].map((beds) => bookings.call("PATCH", `/rooms/${roomId}`, { token, body: { beds, version } })),
  );
  const won = replies.filter(({ status }) => status === 200);
  expect(won).toHaveLength(1);
  expect(won[0]?.body).toMatchObject({ version: Number(version) + 1 });
  for (const { status, body } of replies.filter((reply) => !won.includes(reply))) {
    expect(body).toMatchObject({ code: "version-conflict" });
    expect(status).toBe(409);
  }
});
