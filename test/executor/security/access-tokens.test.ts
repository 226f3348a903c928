import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accessTokens } from "../../../executor/connection/access-token.ts";

let metadata: Server;
let host: string;
let asked = 0;
let isAway = false;

beforeAll(async () => {
  metadata = createServer((_request, response) => {
    asked += 1;
    if (isAway) response.writeHead(503).end();
    else response.end(JSON.stringify({ access_token: `token-${String(asked)}`, expires_in: 3600 }));
  });
  await new Promise<void>((resolve) => metadata.listen(0, "127.0.0.1", resolve));
  host = `127.0.0.1:${String((metadata.address() as AddressInfo).port)}`;
});
afterAll(() => void metadata.close());

test("a token is renewed once for all who wait, is good to its end where it cannot be renewed, and no longer", async () => {
  let now = 0;
  const token = accessTokens(host, () => now);
  const several = (): Promise<readonly string[]> => Promise.all(Array.from({ length: 20 }, token));
  expect(new Set(await several())).toEqual(new Set(["token-1"]));
  now = 3_550_000;
  expect(new Set(await several())).toEqual(new Set(["token-2"]));
  expect(asked).toBe(2);
  isAway = true;
  now += 3_550_000;
  expect(new Set(await several())).toEqual(new Set(["token-2"]));
  now += 60_000;
  await expect(token()).rejects.toThrow("the metadata server answered 503");
  isAway = false;
  expect(await token()).toMatch(/^token-/u);
});
