import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folderFiles } from "./folders.ts";
import { type Bookings, type Reply, startBookings } from "./start-bookings.ts";

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
  expect(reply.body).toMatchObject({ id: expect.any(String) });
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
