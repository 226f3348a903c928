// A mail server refused one message, and the job that retried it was still at it when the customer had unsubscribed.

import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Reply, request } from "../executor/start-bookings.ts";
import { compileWith } from "./judge-tool.ts";
import { linesOf, startWorkspace, type Workspace } from "./start-workspace.ts";

/** What a mail server does wrong, always: at its greeting, for the recipient, or after the message. */
type Way = "silent" | "putsOffConnection" | "putsOffRecipient" | "refusesRecipient" | "hangsUp";

interface BadMailServer {
  readonly port: number;
  /** Connections so far. */
  connections(): number;
  be(way: Way): void;
  stop(): Promise<void>;
}

const replies: Readonly<Record<Way, readonly [onConnect: string, onRecipient: string]>> = {
  silent: ["", ""],
  putsOffConnection: ["421 too busy, tell carla@example.com\r\n", ""],
  putsOffRecipient: ["220 hello\r\n", "451 later\r\n"],
  refusesRecipient: ["220 hello\r\n", "550 no such mailbox\r\n"],
  hangsUp: ["220 hello\r\n", "hang up"],
};

async function startBadMailServer(): Promise<BadMailServer> {
  let connections = 0;
  let way: Way = "silent";
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    connections += 1;
    open.add(socket);
    socket.on("close", () => open.delete(socket)).on("error", () => undefined);
    const [greeting, onRecipient] = replies[way];
    if (greeting !== "") socket.write(greeting);
    socket.on("data", (chunk: Buffer) => {
      const command = chunk.toString().slice(0, 4).toUpperCase();
      if (way === "silent") return;
      if (command !== "RCPT") socket.write(command === "QUIT" ? "221 bye\r\n" : "250 fine\r\n");
      else if (onRecipient === "hang up") socket.destroy();
      else socket.write(onRecipient);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    be: (next) => {
      way = next;
    },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

let workspace: Workspace;
let mail: BadMailServer;
let token: string;

beforeAll(async () => {
  mail = await startBadMailServer();
  workspace = await startWorkspace({ mailPort: mail.port });
  token = await workspace.agent();
});

afterAll(async () => {
  await workspace.stop();
  await mail.stop();
});

let url: string;

// Each way is met by an instance whose circuit breaker knows nothing yet.
beforeEach(async () => {
  const { port } = await workspace.instance();
  url = `http://127.0.0.1:${String(port)}`;
});

const tell = (): Promise<Reply> =>
  request(`${url}/notifications`, "POST", { token, body: { to: "carla@example.com" } });

/** What was noted of the message, as far as there is a note. */
async function effectOf(reply: Reply): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { rows } = await workspace.superuser.query<Record<string, unknown>>(
    "SELECT state, attempts FROM lintel.effects WHERE execution_id = $1",
    [reply.headers.get("lintel-execution")],
  );
  return rows[0];
}

/** Attempts that workspace.yaml allows. */
const most = 3;

describe("a notification to a mail server that always fails", () => {
  test.each([
    ["putsOffConnection", most],
    ["putsOffRecipient", most],
    ["refusesRecipient", 1],
    ["silent", most],
    ["hangsUp", 1],
  ] as const)("is given up after a number of attempts that the specs set (%s: %d)", async (way, attempts) => {
    mail.be(way);
    const before = mail.connections();
    const reply = await tell();
    expect([502, 504]).toContain(reply.status);
    expect(JSON.stringify(reply.body)).not.toContain("carla@example.com");
    expect(mail.connections() - before).toBe(attempts);
    const effect = await effectOf(reply);
    expect(effect).toMatchObject({ attempts });
    expect(["failed", "unknown"]).toContain(effect?.["state"]);
    const records = await workspace.executions();
    expect(records.at(-1)).toMatchObject({ outcome: "failed", status: reply.status, error_code: reply.body["code"] });
    // Longer than any pause between two attempts: whatever went on would show.
    await setTimeout(300);
    expect(mail.connections() - before).toBe(attempts);
    expect((await effectOf(reply))?.["state"]).toBe(effect?.["state"]);
    expect(await workspace.executions()).toHaveLength(records.length);
  });
});

test("one failure after the other, it is no longer asked at all, and callers are told when to come back", async () => {
  mail.be("hangsUp");
  const asked: number[] = [];
  let last: Reply | undefined;
  for (let call = 0; call < 20 && last?.status !== 503; call += 1) {
    const before = mail.connections();
    last = await tell();
    asked.push(mail.connections() - before);
  }
  expect(last?.body).toMatchObject({ code: "external-call-suspended" });
  expect(Number(last?.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(asked.at(-1)).toBe(0);
  expect(asked.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(10);
  const before = mail.connections();
  await Promise.all(Array.from({ length: 20 }, () => tell()));
  expect(mail.connections()).toBe(before);
});

test("nothing of what the mail server said, and no address, is in the log", () => {
  const text = workspace.logs.join("");
  expect(text).not.toContain("carla@example.com");
  expect(text).not.toContain("too busy");
  expect(linesOf(workspace).length).toBeGreaterThan(10);
});

const message = (retry: string): string =>
  `  - { id: message, type: email, provider: mail, template: hello, to: "a@example.com", values: { name: Ada }, ${retry} }`;

test("a spec cannot ask for attempts without end, nor for loops without one", () => {
  for (const count of ["1000000", ".inf", "-1", '"forever"']) {
    expect(() => compileWith(message(`retry: { maxAttempts: ${count} }`))).toThrow(/tools\/probe\.yaml/u);
  }
  const forEver = "  - { id: again, type: retry, nodes: [{ id: one, type: transform, value: a }] }";
  expect(() => compileWith(forEver)).toThrow(/retry/u);
  const poll = "  - { id: wait, type: poll, until: 'false', nodes: [{ id: one, type: transform, value: a }] }";
  expect(() => compileWith(poll)).toThrow(/tools\/probe\.yaml/u);
});
