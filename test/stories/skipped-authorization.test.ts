// Authorization stood in a middleware that looked at the path as it was written. One more slash, and nobody looked.
import { createHmac, randomUUID } from "node:crypto";
import { connect } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startWorkspace, type Workspace } from "./start-workspace.ts";

let workspace: Workspace;
let agent: string;

beforeAll(async () => {
  workspace = await startWorkspace();
  agent = await workspace.agent();
  await workspace.call("POST", "/rooms", { token: agent, body: { ...room, number: "0" } });
  await workspace.call("POST", "/accounts", { token: agent, body: { owner: "carla", token: "secret-row" } });
});

afterAll(async () => {
  await workspace.stop();
});

const room = { number: "101", beds: 2, nightlyRate: { amount: 9000, currency: "EUR" } };

let rows: readonly number[];
const counted = ["app.room", "app.account", "app.reservation", "app.payment", "lintel.effects"] as const;
async function countAll(): Promise<readonly number[]> {
  const counts: number[] = [];
  for (const table of counted) counts.push(await workspace.count(table));
  return counts;
}

beforeEach(async () => {
  rows = await countAll();
});

interface RawReply {
  readonly status: number;
  readonly text: string;
}

/** Sends a request as it stands: fetch would tidy the path and the headers. */
async function send(line: string, headers: readonly string[] = [], body = ""): Promise<RawReply> {
  const socket = connect(Number(new URL(workspace.url).port), "127.0.0.1");
  const length = body === "" ? [] : ["Content-Type: application/json", `Content-Length: ${String(body.length)}`];
  socket.write([`${line} HTTP/1.1`, "Host: x", "Connection: close", ...length, ...headers, "", body].join("\r\n"));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return { status: Number(/^HTTP\/1\.1 (\d{3})/u.exec(text)?.[1] ?? 0), text };
}

async function isRefused({ status, text }: RawReply): Promise<void> {
  expect([400, 401, 403, 404, 405, 415, 422, 501]).toContain(status);
  expect(text).not.toContain("secret-row");
  expect(text).not.toMatch(/"items"|"nightlyRate"/u);
  expect(await countAll()).toEqual(rows);
}

describe("without a token", () => {
  const paths = [
    "/rooms",
    "/rooms/",
    "//rooms",
    "///rooms",
    "/./rooms",
    "/hours/../rooms",
    "/hours/%2e%2e/rooms",
    "/hours/..%2frooms",
    "/hours/..;/rooms",
    "/hours;/rooms",
    "/rooms;a=b",
    "/rooms/;",
    "/rooms%2f",
    "/rooms%00",
    "/rooms%20",
    "/rooms%23",
    "/rooms.json",
    "/%72ooms",
    "/%2572ooms",
    "/ROOMS",
    "/Rooms",
    "/rooms?",
    "/rooms#x",
    "/rooms\\",
    "\\rooms",
    "/accounts",
    "/accounts/%2e",
    "http://x/rooms",
    "http://evil@x/rooms",
    "*",
    "/_lintel/rooms",
    "/healthz/../rooms",
    "/openapi.json/../rooms",
  ];
  test.each(paths)("%s gives nothing, whatever the method", async (path) => {
    for (const method of ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "get"]) {
      await isRefused(await send(`${method} ${path}`));
    }
    await isRefused(await send(`POST ${path}`, [], JSON.stringify(room)));
  });

  test.each([
    "X-HTTP-Method-Override: GET",
    "X-HTTP-Method: POST",
    "X-Method-Override: POST",
    "X-Original-URL: /hours",
    "X-Rewrite-URL: /hours",
    "X-Forwarded-Prefix: /hours",
    "X-Forwarded-User: agent-1",
    "X-Forwarded-For: 127.0.0.1",
    "X-Goog-Authenticated-User-Email: accounts.google.com:agent@example.com",
    "X-Serverless-Authorization: Bearer x",
    "Forwarded: for=127.0.0.1",
    "X-Roles: agent",
    "Cookie: token=x; session=x",
    "Proxy-Authorization: Basic YTpi",
    "Origin: http://localhost",
  ])("the header %s opens nothing", async (header) => {
    await isRefused(await send("GET /rooms", [header]));
    await isRefused(await send("POST /rooms", [header], JSON.stringify(room)));
    await isRefused(await send("POST /hours", [header, "X-HTTP-Method-Override: GET"], JSON.stringify(room)));
  });

  test("a token elsewhere than in the header is none", async () => {
    for (const name of ["access_token", "token", "authorization", "bearer"]) {
      await isRefused(await send(`GET /rooms?${name}=${agent}`));
      await isRefused(await send("GET /rooms", [`Cookie: ${name}=${agent}`, `X-${name}: ${agent}`]));
      await isRefused(await send("POST /rooms", [], JSON.stringify({ ...room, [name]: agent })));
    }
    await isRefused(
      await send("GET /rooms", [`Authorization: Basic ${Buffer.from(`agent:${agent}`).toString("base64")}`]),
    );
    await isRefused(await send("GET /rooms", [`Authorization: ${agent}`]));
    await isRefused(await send("GET /rooms", ["Authorization: Bearer", `X-Next: ${agent}`]));
    // Of two, the first counts, for node as for proxies in front of it.
    await isRefused(await send("GET /rooms", ["Authorization: Bearer x.y.z", `Authorization: Bearer ${agent}`]));
  });

  test("a request that hides in another one's body is no request", async () => {
    const inner = `GET /rooms HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${agent}\r\n\r\n`;
    await isRefused(
      await send("POST /hours", [
        "Transfer-Encoding: chunked",
        "Content-Length: 4",
        "",
        `5\r\n${inner.slice(0, 5)}\r\n0\r\n\r\n`,
      ]),
    );
    await isRefused(await send("POST /rooms", ["Transfer-Encoding: xchunked"], inner));
  });
});

describe("with a token that names no role of the tool", () => {
  const claims: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    "no role claim": { roles: undefined },
    null: { roles: null },
    "an empty list": { roles: [] },
    "an empty text": { roles: "" },
    true: { roles: true },
    "a number": { roles: 1 },
    "an object": { roles: { agent: true } },
    "a list in a list": { roles: [["agent"]] },
    "an object in a list": { roles: [{ name: "agent" }] },
    "another case": { roles: ["AGENT", "Agent"] },
    "a space around it": { roles: [" agent", "agent "] },
    "a comma behind it": { roles: "agent,customer" },
    "a part of it": { roles: ["agen", "agents"] },
    "a wildcard": { roles: ["*", ".*", "%"] },
    "another claim": { roles: undefined, role: ["agent"], groups: ["agent"], scope: "agent" },
    "a name of a prototype": { roles: ["constructor", "__proto__"] },
    "a role that nobody declares": { roles: ["admin", "operator", "root"] },
    "a letter that looks alike": { roles: ["\u0430gent"] },
    "a role that may do less": { roles: ["customer"] },
  };
  test.each(Object.entries(claims))("%s: nothing is written, and nothing is read", async (_name, given) => {
    const token = await workspace.issuer.token({ sub: "agent-1", ...given });
    const headers = [`Authorization: Bearer ${token}`];
    const written = await send("POST /rooms", headers, JSON.stringify(room));
    expect(written.status).toBe(403);
    await isRefused(written);
    const change = await send(`PATCH /accounts/${randomUUID()}`, headers, "{}");
    expect(change.status).toBe(403);
    if (!JSON.stringify(given).includes("customer")) await isRefused(await send("GET /accounts", headers));
  });
});

describe("what is authorized otherwise", () => {
  test("a public tool lends its openness to nothing beside it", async () => {
    expect((await send("GET /hours")).status).toBe(200);
    await isRefused(await send("POST /hours", [], JSON.stringify(room)));
    await isRefused(await send("GET /hours/rooms"));
    await isRefused(await send("GET /hours?path=/rooms"));
  });

  test("a webhook's path takes its signature and no token", async () => {
    const body = JSON.stringify({ reservationId: randomUUID(), reference: "r", amount: 1 });
    const headers = [`Authorization: Bearer ${agent}`];
    const reply = await send("POST /webhooks/payments", headers, body);
    expect(reply.status).toBe(401);
    await isRefused(reply);
    const seconds = String(Math.floor(Date.now() / 1000));
    const sign = (key: string): string => createHmac("sha256", key).update(`${seconds}.${body}`).digest("hex");
    const signed = (signature: string): Promise<RawReply> =>
      send("POST /webhooks/payments", [`X-Timestamp: ${seconds}`, `X-Signature: ${signature}`, ...headers], body);
    for (const bad of ["", "sha256=", `sha256=${sign("")}`, `sha256=${sign("undefined")}`, sign("webhook-secret")]) {
      expect((await signed(bad)).status).toBe(401);
    }
    // The same signature, rightly made, passes: it then fails for want of the reservation.
    expect((await signed(`sha256=${sign("webhook-secret")}`)).status).toBe(404);
  });

  test("a schedule's path takes the scheduler's token alone", async () => {
    const path = "/_lintel/schedules/release-unpaid";
    const google = { aud: "https://schedules.test", email: "scheduler@project.iam.gserviceaccount.com" };
    const tokens = [
      agent,
      await workspace.issuer.token({ ...google, email: "other@project.iam.gserviceaccount.com", email_verified: true }),
      await workspace.issuer.token({ ...google, email_verified: false }),
      await workspace.issuer.token(google),
      await workspace.issuer.token({ ...google, email_verified: true, aud: "https://bookings.test" }),
    ];
    for (const token of tokens) {
      expect((await send(`POST ${path}`, [`Authorization: Bearer ${token}`])).status).toBe(401);
    }
    for (const header of [
      "X-CloudScheduler: true",
      "X-CloudScheduler-JobName: release-unpaid",
      "User-Agent: Google-Cloud-Scheduler",
    ]) {
      expect((await send(`POST ${path}`, [header])).status).toBe(401);
    }
    await isRefused(await send(`GET ${path}`));
    const right = await workspace.issuer.token({ ...google, email_verified: true });
    expect((await send(`POST ${path}`, [`Authorization: Bearer ${right}`])).status).toBe(200);
  });

  test.each([
    "/_lintel",
    "/_lintel/",
    "/_lintel/admin",
    "/_lintel/admin/audit",
    "/_lintel/admin/executions",
    "/_lintel/admin//audit",
    "/_lintel/schedules",
    "/_lintel/schedules/",
    "/_lintel/schedules/create-room",
    "/_lintel/schedules/../admin/audit",
    "/_lintel/sweep/../admin/audit",
    "/_lintel/sweep",
  ])("%s opens to nobody, and to no caller of tools", async (path) => {
    for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE"]) {
      await isRefused(await send(`${method} ${path}`));
      await isRefused(await send(`${method} ${path}`, [`Authorization: Bearer ${agent}`]));
    }
  });
});

test("who has the role is let in, so that all of the above refuses for the reason it names", async () => {
  expect((await send("GET /rooms", [`Authorization: Bearer ${agent}`])).text).toContain('"nightlyRate"');
  const made = await send("POST /rooms", [`Authorization: Bearer ${agent}`], JSON.stringify(room));
  expect(made.status).toBe(201);
});
