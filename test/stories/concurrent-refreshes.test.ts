// Two workers refreshed one token at the same time: each got a new one, each new one made the other worthless, and both were
// written. The provider of this story behaves so: a token that is shown twice makes all of its successors worthless.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { accessTokens } from "../../executor/connection/access-token.ts";
import { type Reply, request } from "../executor/start-bookings.ts";
import { waitUntil } from "../executor/wait-until.ts";
import { startWorkspace, type Workspace } from "./start-workspace.ts";

let workspace: Workspace;
let token: string;
let urls: readonly string[];
let provider: TokenProvider;

interface TokenProvider {
  readonly url: string;
  readonly shown: readonly string[];
  isValid(given: string): boolean;
  begin(first: string): void;
  /** No answers, until what this returns is called. */
  hold(): () => void;
  fail(times: number): void;
  stop(): Promise<void>;
}

async function startProvider(): Promise<TokenProvider> {
  let shown: string[] = [];
  let valid: string | undefined;
  let failures = 0;
  let held: Promise<unknown> = Promise.resolve();
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { token: given } = JSON.parse(Buffer.concat(chunks).toString()) as { readonly token: string };
      const answer = (status: number, body: object): void => {
        response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
      };
      if (failures > 0) {
        failures -= 1;
        answer(400, {});
        return;
      }
      shown.push(given);
      const isReused = given !== valid;
      valid = isReused ? undefined : `token-${String(shown.length)}`;
      if (isReused) answer(400, { error: "all tokens are revoked" });
      else void held.then(() => answer(200, { token: valid }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    get shown() {
      return shown;
    },
    isValid: (given) => given === valid,
    begin: (first) => {
      shown = [];
      valid = first;
      failures = 0;
    },
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<unknown>();
      held = promise;
      return () => resolve(undefined);
    },
    fail: (times) => {
      failures = times;
    },
    stop: () => stopServer(server),
  };
}

function stopServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
}

beforeAll(async () => {
  provider = await startProvider();
  workspace = await startWorkspace({ housekeeping: provider.url });
  token = await workspace.agent();
  const other = await workspace.instance();
  urls = [workspace.url, `http://127.0.0.1:${String(other.port)}`];
});

afterAll(async () => {
  await workspace.stop();
  await provider.stop();
});

let id: string;

beforeEach(async () => {
  await workspace.superuser.query("DELETE FROM app.account");
  const { body } = await workspace.call("POST", "/accounts", { token, body: { owner: "carla", token: "token-0" } });
  id = String(body["id"]);
  provider.begin("token-0");
});

/** The same call, at both instances in turn, all at once. */
function sendEverywhere(path: string, bodies: readonly object[]): readonly Promise<Reply>[] {
  return bodies.map((body, index) => request(`${urls[index % 2] ?? ""}${path}`, "POST", { token, body }));
}

function everywhere(path: string, bodies: readonly object[]): Promise<readonly Reply[]> {
  return Promise.all(sendEverywhere(path, bodies));
}

async function account(): Promise<Readonly<Record<string, unknown>>> {
  const { rows } = await workspace.superuser.query<Record<string, unknown>>("SELECT * FROM app.account");
  return rows[0] ?? {};
}

describe("of refreshes at once on two instances", () => {
  test("one asks the provider, the others are told that it is under way, and the token that is kept is the valid one", async () => {
    const release = provider.hold();
    let answered = 0;
    const calls = sendEverywhere(
      `/accounts/${id}/refresh`,
      Array.from({ length: 10 }, () => ({})),
    );
    for (const call of calls) void call.then(() => (answered += 1));
    // All but one are answered while that one is still under way.
    await waitUntil(() => Promise.resolve(answered === 9 && provider.shown.length === 1));
    release();
    const replies = await Promise.all(calls);
    const statuses = replies.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    for (const { status, body } of replies.filter((reply) => reply.status !== 200)) {
      expect([status, body["code"]]).toEqual([409, "wrong-state"]);
    }
    expect(provider.shown).toEqual(["token-0"]);
    const { token: kept, refreshes, status } = await account();
    expect([Number(refreshes), status]).toEqual([1, "fresh"]);
    expect(provider.isValid(String(kept))).toBe(true);
  });

  test("one after the other each goes on with what the one before has left", async () => {
    for (let round = 1; round <= 3; round += 1) {
      const [reply] = await everywhere(`/accounts/${id}/refresh`, [{}]);
      expect(reply?.body).toEqual({ id, refreshes: round });
    }
    expect(provider.shown).toEqual(["token-0", "token-1", "token-2"]);
    expect(provider.isValid(String((await account())["token"]))).toBe(true);
  });

  test("one that fails lets the next one in, with the token that is still valid", async () => {
    provider.fail(1);
    expect((await everywhere(`/accounts/${id}/refresh`, [{}]))[0]?.body).toEqual({ id, refreshes: 0 });
    expect(await account()).toMatchObject({ status: "fresh", token: "token-0" });
    expect((await everywhere(`/accounts/${id}/refresh`, [{}]))[0]?.body).toEqual({ id, refreshes: 1 });
  });
});

test("changes at once that rest on the same row lose nothing: who was overtaken is told, and every success counts", async () => {
  const bodies = Array.from({ length: 20 }, (_, index) => ({ token: `touched-${String(index)}` }));
  const replies = await everywhere(`/accounts/${id}/touch`, bodies);
  const won = replies.filter(({ status }) => status === 200);
  expect(won.length).toBeGreaterThan(0);
  for (const { status, body } of replies.filter((reply) => !won.includes(reply))) {
    expect([status, body["code"]]).toEqual([409, "version-conflict"]);
  }
  // Each has seen the one before it: no two counted from the same number.
  expect(won.map(({ body }) => Number(body["refreshes"])).toSorted((one, other) => one - other)).toEqual(
    won.map((_, index) => index + 1),
  );
  expect(Number((await account())["refreshes"])).toBe(won.length);
});

test("an update that expects a version which is gone is refused, whatever it would change", async () => {
  const path = `/accounts/${id}`;
  const patch = (body: object): Promise<Reply> => workspace.call("PATCH", path, { token, body });
  expect((await patch({ owner: "dora", version: 1 })).status).toBe(200);
  expect((await patch({ owner: "emil", version: 1 })).body).toMatchObject({ code: "version-conflict" });
  expect(await account()).toMatchObject({ owner: "dora" });
});

describe("what the executor itself refreshes", () => {
  test("the issuer's keys are fetched once for fifty first calls at once", async () => {
    const before = workspace.issuer.fetches();
    const fresh = await workspace.instance();
    const url = `http://127.0.0.1:${String(fresh.port)}/rooms`;
    const replies = await Promise.all(Array.from({ length: 50 }, () => request(url, "GET", { token })));
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    expect(workspace.issuer.fetches() - before).toBe(1);
  });

  test("keys that nobody knows do not make it ask again and again", async () => {
    const unknown = await workspace.issuer.token({ sub: "x", roles: ["agent"] }, { kid: "key-9" });
    const before = workspace.issuer.fetches();
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => workspace.call("GET", "/rooms", { token: unknown })),
    );
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 401));
    expect(workspace.issuer.fetches() - before).toBeLessThanOrEqual(1);
  });

  test("its password to the database is fetched once, and once more when it is about to end", async () => {
    let fetches = 0;
    const metadata = createServer((_request, response) => {
      fetches += 1;
      setTimeout(() => response.end(JSON.stringify({ access_token: `t${String(fetches)}`, expires_in: 3600 })), 20);
    });
    await new Promise<void>((resolve) => metadata.listen(0, "127.0.0.1", resolve));
    const clock = { time: Date.now() };
    const get = accessTokens(`127.0.0.1:${String((metadata.address() as AddressInfo).port)}`, () => clock.time);
    const fifty = (): Promise<readonly string[]> => Promise.all(Array.from({ length: 50 }, () => get()));
    try {
      expect(new Set(await fifty())).toEqual(new Set(["t1"]));
      clock.time += 3_590_000;
      expect(new Set(await fifty())).toEqual(new Set(["t2"]));
      expect(fetches).toBe(2);
    } finally {
      await stopServer(metadata);
    }
  });
});
