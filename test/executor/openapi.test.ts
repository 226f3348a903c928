import { type OpenApiDocument, openApiOf } from "@lintel/specs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLogger, readSettings, startServer } from "../../executor/index.ts";
import { departuresFrom } from "../specs/openapi/conforms.ts";
import { type Bookings, type CallOptions, startBookings } from "./start-bookings.ts";

let bookings: Bookings;

beforeAll(async () => {
  bookings = await startBookings();
});

afterAll(async () => {
  await bookings.stop();
});

test("the document that is served is that of the bundle, to everyone", async () => {
  const { status, headers, body } = await bookings.call("GET", "/openapi.json");
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe("application/json");
  expect(body).toEqual(JSON.parse(JSON.stringify(openApiOf(bookings.bundle))));
  expect(body).toMatchObject({ openapi: "3.1.1", info: { "x-lintel-digest": bookings.bundle.digest } });
});

test("a client that has the document is told so by its tag, and gets it again with another one", async () => {
  const tag = (await bookings.call("GET", "/openapi.json")).headers.get("etag") ?? "";
  expect(tag).toMatch(/^"[\w-]{43}"$/u);
  const ask = async (value: string): Promise<number> =>
    (await bookings.call("GET", "/openapi.json", { headers: { "If-None-Match": value } })).status;
  expect(await ask(tag)).toBe(304);
  expect(await ask(`"other", W/${tag}`)).toBe(304);
  expect(await ask("*")).toBe(304);
  expect(await ask('"other"')).toBe(200);
});

test("where it is switched off there is no such path, and another word than public or off does not start", async () => {
  const settings = readSettings({ ...bookings.environment, LINTEL_OPENAPI: "off" });
  const server = await startServer({ settings, log: createLogger("fatal"), defaultBundleUrl: "", host: "127.0.0.1" });
  try {
    const response = await fetch(`http://127.0.0.1:${String(server.port)}/openapi.json`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "no-such-tool" });
  } finally {
    await server.drain();
  }
  expect(() => readSettings({ ...bookings.environment, LINTEL_OPENAPI: "yes" })).toThrow(
    'LINTEL_OPENAPI is "yes"; set public or off',
  );
});

/** What any operation may be sent, whatever it does. */
async function probes(): Promise<readonly CallOptions[]> {
  const [agent, customer] = [await bookings.agent(), await bookings.customer("carla")];
  return [
    {},
    { token: "not.a.token" },
    { token: agent },
    { token: customer },
    { token: agent, body: {} },
    { token: agent, body: { unknown: 1 } },
    { token: agent, raw: "{" },
    { token: agent, raw: "a=1", headers: { "Content-Type": "text/plain" } },
    { token: agent, body: {}, headers: { "Idempotency-Key": "two words" } },
    { token: agent, body: {}, headers: { "Idempotency-Key": "one" } },
  ];
}

test("whatever an operation of the served document is sent, it answers as the document says", async () => {
  const document = (await bookings.call("GET", "/openapi.json")).body as unknown as OpenApiDocument;
  const departures = departuresFrom(document);
  const options = await probes();
  let answers = 0;
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, { operationId }] of Object.entries(operations)) {
      for (const one of options) {
        const { body, raw, ...bare } = one;
        const call = method === "get" ? bare : one;
        // Ids that are none, and ids of no row.
        for (const id of ["0", "00000000-0000-4000-8000-000000000000"]) {
          const reply = await bookings.call(method.toUpperCase(), path.replaceAll(/\{[^}]+\}/gu, id), call);
          expect(departures(operationId, reply)).toEqual([]);
          answers += 1;
        }
      }
    }
  }
  expect(answers).toBeGreaterThan(20 * Object.keys(document.paths).length);
});
