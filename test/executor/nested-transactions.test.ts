import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Bookings, type Reply, startBookings } from "./start-bookings.ts";

let bookings: Bookings;
let token: string;
let roomId: string;

const rate = `'\${money(100, "EUR")}'`;
const create = (id: string, number: string, more = ""): string =>
  `{ id: ${id}, type: write, action: create, entity: Room, values: { number: "${number}", beds: 1, nightlyRate: ${rate} }${more} }`;
const beds = (id: string, count: number, more = ""): string =>
  `{ id: ${id}, type: write, action: update, entity: Room, key: "\${input.id}", values: { beds: ${String(count)} }${more} }`;
const fails = (id: string, after: string): string =>
  `{ id: ${id}, type: assert, after: [${after}], expr: "false", message: it fails }`;

function tool(name: string, nodes: readonly string[], lost = "nodes.changed == null"): readonly [string, string] {
  const text = `
apiVersion: lintel/v1
kind: Tool
name: ${name}
trigger: { http: { method: POST, path: /${name} } }
authorize: { roles: [agent] }
input: { type: object, additionalProperties: false, required: [id], properties: { id: { type: string, format: uuid } } }
output: { type: object, properties: { beds: {}, version: {}, lost: {} } }
flow:
  - id: outer
    type: transaction
    nodes:
${nodes.map((node) => `      - ${node}`).join("\n")}
respond: { beds: "\${nodes.last.beds}", version: "\${nodes.last.version}", lost: "\${${lost}}" }
`;
  return [`tools/${name}.yaml`, text];
}

const nested = (id: string, after: string, onError: string, nodes: readonly string[]): string =>
  `{ id: ${id}, type: transaction, after: [${after}], onError: ${onError}, nodes: [${nodes.join(", ")}] }`;

const changedAndFailed = [
  beds("changed", 5),
  create("extra", "\${nodes.changed.number}-extra", ", after: [changed]"),
  fails("stop", "extra"),
];
const last = (after: string): string => beds("last", 3, `, after: [${after}]`);

const files = Object.fromEntries([
  tool("survived", [beds("first", 2), nested("inner", "first", "continue", changedAndFailed), last("inner")]),
  tool("kept", [beds("first", 2), nested("inner", "first", "continue", [beds("changed", 5)]), last("inner")]),
  tool("fatal", [beds("first", 2), nested("inner", "first", "fail", changedAndFailed), last("inner")]),
  tool("recovered", [
    beds("first", 2),
    nested("inner", "first", "instead", changedAndFailed),
    nested("instead", "first", "fail", [create("spare", "\${nodes.first.number}-spare")]),
    last("instead"),
  ]),
  tool("twice", [
    beds("first", 2),
    nested("middle", "first", "continue", [
      beds("changed", 4),
      nested("inner", "changed", "continue", [beds("deepest", 6), fails("stop", "deepest")]),
      beds("again", 7, ", after: [inner]"),
      fails("halt", "again"),
    ]),
    last("middle"),
  ]),
  tool("rounds", [
    beds("first", 2),
    nested("inner", "first", "continue", [
      `{ id: again, type: retry, retry: { maxAttempts: 3, backoff: constant, initialDelay: 1ms, maxDelay: 1ms }, nodes: [${changedAndFailed.join(", ")}] }`,
    ]),
    last("inner"),
  ]),
  tool(
    "each",
    [
      beds("first", 2),
      `{ id: each, type: forEach, after: [first], items: "[1, 2, 3, 4]", maximum: 4, nodes: [${nested(
        "inner",
        "",
        "continue",
        [beds("round", 8), `{ id: odd, type: assert, after: [round], expr: "item % 2 == 1", message: even }`],
      )}] }`,
      last("each"),
    ],
    "false",
  ),
]);

beforeAll(async () => {
  bookings = await startBookings({ files });
  token = await bookings.agent();
});

afterAll(async () => {
  await bookings.stop();
});

let count = 0;
beforeEach(async () => {
  count += 1;
  const body = { number: `n${String(count)}`, beds: 1, nightlyRate: { amount: 100, currency: "EUR" } };
  roomId = String((await bookings.call("POST", "/rooms", { token, body })).body["id"]);
});

function call(name: string): Promise<Reply> {
  return bookings.call("POST", `/${name}`, { token, body: { id: roomId } });
}

/** What the audit says the call changed, and what the history of the room holds. */
async function changes(name: string): Promise<unknown> {
  const { rows } = await bookings.superuser.query<{ changes: readonly { action: string; version: number }[] }>(
    "SELECT changes FROM lintel.audit_log WHERE kind = 'segment' AND tool = $1 ORDER BY id DESC LIMIT 1",
    [name],
  );
  return rows[0]?.changes.map(({ action, version }) => `${action} ${String(version)}`);
}

describe("a transaction in another", () => {
  test("whose failure is survived leaves nothing: no row, no audit entry, and no version that later writes would miss", async () => {
    const before = await bookings.count("app.room");
    const reply = await call("survived");
    expect(reply).toMatchObject({ status: 200, body: { beds: 3, version: 3, lost: true } });
    expect(await bookings.count("app.room")).toBe(before);
    expect(await changes("survived")).toEqual(["update 2", "update 3"]);
  });

  test("that succeeds is part of it", async () => {
    expect(await call("kept")).toMatchObject({ status: 200, body: { beds: 3, version: 4, lost: false } });
    expect(await changes("kept")).toEqual(["update 2", "update 3", "update 4"]);
  });

  test("whose failure is not survived takes all with it", async () => {
    expect((await call("fatal")).status).toBe(422);
    expect(await bookings.call("GET", `/rooms/${roomId}`, { token })).toMatchObject({ body: { beds: 1, version: 1 } });
  });

  test("is gone when its recovery runs", async () => {
    expect(await call("recovered")).toMatchObject({ status: 200, body: { version: 3, lost: true } });
    expect(await changes("recovered")).toEqual(["update 2", "create 1", "update 3"]);
  });

  test("goes back to its own beginning, at each depth", async () => {
    expect(await call("twice")).toMatchObject({ status: 200, body: { version: 3, lost: true } });
    expect(await changes("twice")).toEqual(["update 2", "update 3"]);
  });

  test("with a retry in it begins each round where the first began, and leaves nothing when all fail", async () => {
    expect(await call("rounds")).toMatchObject({ status: 200, body: { version: 3, lost: true } });
    expect(await changes("rounds")).toEqual(["update 2", "update 3"]);
  });

  test("in a loop loses the rounds that fail, and no others", async () => {
    expect(await call("each")).toMatchObject({ status: 200, body: { version: 5 } });
    expect(await changes("each")).toEqual(["update 2", "update 3", "update 4", "update 5"]);
  });
});
