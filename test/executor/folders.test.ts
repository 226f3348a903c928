import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folderFiles } from "./folders.ts";
import { type Bookings, type Reply, startBookings } from "./start-bookings.ts";
import { waitUntil } from "./wait-until.ts";

let bookings: Bookings;
let token: string;

beforeAll(async () => {
  bookings = await startBookings({ files: folderFiles });
  token = await bookings.agent();
});

afterAll(async () => {
  await bookings.stop();
});

function call(method: string, path: string, body?: unknown): Promise<Reply> {
  return bookings.call(method, path, { token, ...(body === undefined ? {} : { body }) });
}

async function make(path: string, body: object): Promise<string> {
  const reply = await call("POST", path, body);
  expect(reply.body).toMatchObject({ id: expect.any(String) as string });
  return String(reply.body["id"]);
}

describe("an answer in a loose schema", () => {
  test("carries no sensitive field, and nothing that an object's schema does not name", async () => {
    const id = await make("/folders", { title: "open", pin: "1234", extra: { a: { b: 1 } } });
    const { status, body } = await call("GET", `/open-folders/${id}`);
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toContain("1234");
    expect(body).toMatchObject({ row: {}, rows: [{}], open: { title: "open" }, free: { title: "open" } });
    expect(body["row"]).toEqual({});
    expect(body["rows"]).toEqual([{}]);
    expect(body["open"]).toEqual({ title: "open" });
    expect(body["map"]).toMatchObject({ id, extra: { a: { b: 1 } } });
  });

  test("carries a json field as it is", async () => {
    const id = await make("/folders", { title: "json", extra: { a: [{ b: 1 }] } });
    expect((await call("GET", `/folders/${id}`)).body["extra"]).toEqual({ a: [{ b: 1 }] });
  });
});

describe("an idempotency key", () => {
  const path = "/notes";
  const headers = { "Idempotency-Key": "note-1" };
  const note = async (claims: Readonly<Record<string, unknown>>, text: string): Promise<Reply> => {
    const own = await bookings.issuer.token({ roles: ["agent"], ...claims });
    return bookings.call("POST", path, { token: own, body: { text }, headers });
  };

  test("of a subject in one tenant is another one in the next tenant", async () => {
    const first = await note({ sub: "alice", org: "a" }, "idem");
    const second = await note({ sub: "alice", org: "b" }, "idem");
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body["id"]).not.toBe(first.body["id"]);
    expect((await note({ sub: "alice", org: "a" }, "idem")).body).toEqual(first.body);
  });

  test("of a token that names nobody is refused", async () => {
    const { status, body } = await note({ sub: undefined, org: "a" }, "idem");
    expect(body).toMatchObject({ code: "idempotency-key-unscoped" });
    expect(status).toBe(422);
  });

  test("serves a subject of any length", async () => {
    const sub = randomBytes(3000).toString("base64");
    expect((await note({ sub, org: "a" }, "long")).status).toBe(201);
  });

  test("that another call has taken over meanwhile lets the first one commit nothing", async () => {
    const folderId = await make("/folders", { title: "fence" });
    const lock = await bookings.database.connect("superuser");
    await lock.query(
      `CREATE FUNCTION public.wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock_shared(8); RETURN NEW; END'`,
    );
    await lock.query(`CREATE TRIGGER wait AFTER INSERT ON app.page FOR EACH ROW EXECUTE FUNCTION public.wait()`);
    await lock.query(`SELECT pg_advisory_lock(8)`);
    const options = { token, body: { folderId, count: 77 }, headers: { "Idempotency-Key": "fence-1" } };
    const first = bookings.call("POST", "/pages", options);
    await waitUntil(async () => (await waiting()) === 1);
    await lock.query(`UPDATE lintel.idempotency_keys SET lease_until = now() - interval '1s' WHERE key = 'fence-1'`);
    const second = bookings.call("POST", "/pages", options);
    await waitUntil(async () => (await waiting()) === 2);
    await lock.query(`SELECT pg_advisory_unlock(8)`);
    await lock.query(`DROP TRIGGER wait ON app.page`);
    const replies = await Promise.all([first, second]);
    expect(replies.map(({ status }) => status)).toEqual([409, 201]);
    expect(replies[0].body).toMatchObject({ code: "idempotency-key-in-use" });
    expect(await bookings.count("app.page WHERE count = 77")).toBe(1);
    await lock.end();
  });

  async function waiting(): Promise<number> {
    return bookings.count("pg_locks WHERE locktype = 'advisory' AND NOT granted");
  }
});

describe("a problem of the database", () => {
  test("with the deletion of a row that others refer to is a conflict", async () => {
    const nightlyRate = { amount: 100, currency: "EUR" };
    const roomId = await make("/rooms", { number: "h1", beds: 1, nightlyRate });
    const customerId = await make("/customers", { subject: "h", name: "H", email: "h@x" });
    await make("/reservations", { roomId, customerId, startsOn: "2031-01-01", endsOn: "2031-01-02" });
    const { status, body } = await call("DELETE", `/rooms/${roomId}`);
    expect(body).toMatchObject({ code: "reference-held", detail: "a Reservation refers to this Room" });
    expect(status).toBe(409);
  });

  test("with a value too long for its index is the caller's", async () => {
    const { status, body } = await call("POST", "/folders", { title: randomBytes(9000).toString("base64") });
    expect(body).toMatchObject({ code: "invalid-value" });
    expect(status).toBe(422);
  });

  test("with more included rows than a list may hold is the caller's", async () => {
    const folderId = await make("/folders", { title: "many" });
    for (const count of [1, 2]) await make("/pages", { folderId, count });
    expect((await call("GET", `/folder-pages/${folderId}`)).body).toEqual({ n: 2 });
    await make("/pages", { folderId, count: 3 });
    const { status, body } = await call("GET", `/folder-pages/${folderId}`);
    expect(body).toMatchObject({ code: "too-many-rows" });
    expect(status).toBe(422);
  });
});

describe("an invariant over the old row and a relationship", () => {
  test("is enforced as it is written", async () => {
    const strict = await make("/folders", { title: "strict" });
    const lax = await make("/folders", { title: "lax", low: 9 });
    const [one, two] = [
      await make("/pages", { folderId: strict, count: 5 }),
      await make("/pages", { folderId: lax, count: 5 }),
    ];
    expect((await call("PATCH", `/pages/${one}`, { count: 6 })).body).toMatchObject({ count: 6 });
    const lower = await call("PATCH", `/pages/${one}`, { count: 4 });
    expect(lower.body).toMatchObject({ code: "invariant-violated" });
    expect(lower.status).toBe(422);
    expect((await call("PATCH", `/pages/${two}`, { count: 4 })).body).toMatchObject({ count: 4 });
  });
});

describe("a deletion that reaches other rows", () => {
  test("has them in its audit entry", async () => {
    const folderId = await make("/folders", { title: "goes" });
    const pageId = await make("/pages", { folderId, count: 1 });
    const lineId = await make("/lines", { pageId });
    const reply = await call("DELETE", `/folders/${folderId}`);
    expect(reply.status).toBeLessThan(300);
    expect(await changesOf(reply)).toEqual([
      expect.objectContaining({ entity: "Folder", id: folderId, action: "softDelete" }),
      { entity: "Line", id: lineId, version: 2, action: "softDelete", fields: ["version"] },
      { entity: "Page", id: pageId, version: 2, action: "softDelete", fields: ["version"] },
    ]);
    expect(await bookings.count(`app.line WHERE id = '${lineId}' AND deleted_at IS NOT NULL`)).toBe(1);
  });

  test("lists references that it clears, and keeps the invariants of their rows", async () => {
    const folderId = await make("/folders", { title: "tags" });
    const tagId = await make("/tags", { name: "one" });
    const few = await make("/pages", { folderId, count: 1 });
    const lineId = await make("/lines", { pageId: few, tagId });
    const reply = await call("DELETE", `/tags/${tagId}`);
    expect(reply.status).toBeLessThan(300);
    expect(await changesOf(reply)).toEqual([
      expect.objectContaining({ entity: "Tag", id: tagId, action: "softDelete" }),
      { entity: "Line", id: lineId, version: 2, action: "update", fields: ["tagId", "version"] },
    ]);
    const kept = await make("/tags", { name: "two" });
    const long = await make("/pages", { folderId, count: 9 });
    await make("/lines", { pageId: long, tagId: kept });
    const refused = await call("DELETE", `/tags/${kept}`);
    expect(refused.body).toMatchObject({ code: "invariant-violated" });
    expect(await bookings.count(`app.tag WHERE id = '${kept}' AND deleted_at IS NULL`)).toBe(1);
  });

  test("counts them in its budget of rows", async () => {
    const folderId = await make("/folders", { title: "large" });
    for (let count = 0; count < 6; count += 1) await make("/pages", { folderId, count });
    const { body } = await call("DELETE", `/folders/${folderId}`);
    expect(body).toMatchObject({ code: "budget-exceeded" });
    expect(await bookings.count(`app.page WHERE folder_id = '${folderId}' AND deleted_at IS NULL`)).toBe(6);
  });

  async function changesOf(reply: Reply): Promise<unknown> {
    const text = `SELECT changes FROM lintel.audit_log WHERE kind = 'segment' AND execution_id = $1`;
    const { rows } = await bookings.superuser.query(text, [reply.headers.get("lintel-execution")]);
    return (rows[0] as { readonly changes: unknown } | undefined)?.changes;
  }
});
