import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from "node:net";
import { brotliCompressSync, constants, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type HttpRequest, sendRequest } from "../../../executor/external/http-request.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let base: string;
let answer: Answer;

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function ask(to: Answer, more: Partial<HttpRequest> = {}): ReturnType<typeof sendRequest> {
  answer = to;
  return sendRequest({ method: "GET", url: new URL(`${base}/`), headers: {}, body: undefined, timeout: 2000, ...more });
}

const json =
  (body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_request, response) =>
    void response.writeHead(200, { "Content-Type": "application/json", ...headers }).end(body);

const mebibyte = 1024 * 1024;

test.each([
  ["gzip", gzipSync],
  ["x-gzip", gzipSync],
  ["deflate", deflateSync],
  ["br", brotliCompressSync],
] as const)("an answer that comes packed by %s all the same is read", async (coding, pack) => {
  const { body } = await ask(json(pack('{"a":1}'), { "Content-Encoding": coding }));
  expect(body).toEqual({ a: 1 });
});

test.each([
  ["gzip", gzipSync],
  ["br", (bytes: Buffer) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
] as const)("an answer of a few kilobytes that unpacks (%s) to 64 MiB is given up", async (coding, pack) => {
  const packed = pack(Buffer.alloc(64 * mebibyte, 32));
  expect(packed.length).toBeLessThan(mebibyte / 8);
  const before = process.memoryUsage().arrayBuffers;
  const asked = ask(json(packed, { "Content-Encoding": coding }));
  await expect(asked).rejects.toMatchObject({ effect: "unknown", reason: "answer" });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * mebibyte);
});

test.each([
  ["packed in a way that nobody asked for", json("x", { "Content-Encoding": "compress" })],
  ["packed twice", json(gzipSync(gzipSync("{}")), { "Content-Encoding": "gzip, gzip" })],
  ["packed, it says, and is not", json("{}", { "Content-Encoding": "gzip" })],
  ["packed, and cut off", json(gzipSync(`{"a":"${"b".repeat(100)}"}`).subarray(0, 20), { "Content-Encoding": "gzip" })],
  ["larger than 1 MiB", json(`"${"a".repeat(mebibyte)}"`)],
  ["not UTF-8", json(Buffer.from([0x22, 0xff, 0xfe, 0x22]))],
  ["text that is not UTF-8", json(Buffer.from([0xe9]), { "Content-Type": "text/plain; charset=latin1" })],
  ["not JSON", json("{")],
  ["nested too deeply", json("[".repeat(100) + "]".repeat(100))],
  ["a number without end", json('{"a":1e999}')],
  ["a text with NUL", json('{"a":"\\u0000"}')],
  ["half of a character", json('["\\ud800"]')],
  ["a key that is a prototype", json('{"a":{"__proto__":{"admin":true}}}')],
  ["a key with NUL", json('{"a\\u0000":1}')],
])("an answer that is %s is given up, and what it did is unknown", async (_name, to) => {
  await expect(ask(to)).rejects.toMatchObject({ effect: "unknown", reason: "answer" });
  expect(({} as Readonly<Record<string, unknown>>)["admin"]).toBeUndefined();
});

test.each([
  ["application/json", '{"a":1}', { a: 1 }],
  ["application/problem+json; charset=utf-8", '{"a":1}', { a: 1 }],
  ["text/html", "<p>json</p>", "<p>json</p>"],
  ["text/plain; note=json", '{"a":1}', '{"a":1}'],
  ["application/json", "", null],
  ["application/json", '{"constructor":"McLaren"}', { constructor: "McLaren" }],
])("an answer of %s is what its content type says: %j", async (type, text, body) => {
  expect((await ask(json(text, { "Content-Type": type }))).body).toEqual(body);
});

test("an answer that drips is given up when its time is over, however alive it looks", async () => {
  const began = performance.now();
  const drip: Answer = (_request, response) => {
    response.writeHead(200, { "Content-Type": "application/json" });
    const timer = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(timer));
  };
  await expect(ask(drip, { timeout: 300 })).rejects.toMatchObject({ effect: "unknown", reason: "timeout" });
  expect(performance.now() - began).toBeGreaterThanOrEqual(290);
});

test("headers without end are given up", async () => {
  const wide: Answer = (_request, response) => {
    for (let count = 0; count < 40; count += 1) response.setHeader(`X-${String(count)}`, "a".repeat(1000));
    response.end("{}");
  };
  await expect(ask(wide)).rejects.toMatchObject({ effect: "unknown", reason: "connection" });
});

test("an answer that breaks off is a connection that broke", async () => {
  const cut: Answer = (_request, response) => {
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "100" });
    response.write("{");
    setTimeout(() => response.destroy(), 20);
  };
  await expect(ask(cut)).rejects.toMatchObject({ effect: "unknown", reason: "connection" });
});

test.each([301, 302, 303, 307, 308])(
  "a redirect (%d) is a refusal, and where it leads is not asked",
  async (status) => {
    let asked = 0;
    const redirect: Answer = (_request, response) => {
      asked += 1;
      response.writeHead(status, { Location: `${base}/elsewhere` }).end();
    };
    await expect(ask(redirect)).rejects.toMatchObject({ effect: "none", reason: "status", status });
    expect(asked).toBe(1);
  },
);

test("nothing has happened where no connection came about, and nobody knows where one was lost", async () => {
  const silent: TcpServer = createTcpServer((socket) => void socket.once("data", () => socket.destroy()));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as AddressInfo;
  const post = { method: "POST", body: {} };
  const lost = ask(json("{}"), { ...post, url: new URL(`http://127.0.0.1:${String(port)}/`) });
  await expect(lost).rejects.toMatchObject({ effect: "unknown", reason: "connection" });
  // A port without TLS: the handshake fails before anything of the request is sent.
  const plain = ask(json("{}"), { ...post, url: new URL(`https://127.0.0.1:${String(port)}/`) });
  await expect(plain).rejects.toMatchObject({ effect: "none", reason: "refused" });
  await new Promise((resolve) => silent.close(resolve));
  const closed = ask(json("{}"), { ...post, url: new URL(`http://127.0.0.1:${String(port)}/`) });
  await expect(closed).rejects.toMatchObject({ effect: "none", reason: "refused" });
});

test("a body is sent with its length and type, and a header of the flow replaces the usual one", async () => {
  const seen: IncomingMessage["headers"][] = [];
  const echo: Answer = (request, response) => {
    seen.push(request.headers);
    response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
  };
  await ask(echo, { method: "POST", body: { name: "é" } });
  await ask(echo, { method: "POST", body: {}, headers: { "content-type": "application/vnd.api+json", ACCEPT: "*/*" } });
  expect(seen[0]).toMatchObject({ "content-type": "application/json", "content-length": "13" });
  expect(seen[0]).not.toHaveProperty("transfer-encoding");
  expect(seen[1]).toMatchObject({ "content-type": "application/vnd.api+json", accept: "*/*" });
});
