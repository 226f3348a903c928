import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { request } from "../executor/start-bookings.ts";
import type { ExecutorProcess } from "../executor/start-process.ts";
import { waitUntil } from "../executor/wait-until.ts";
import { auditBooks } from "./books.ts";
import { callAll, wishes } from "./callers.ts";
import { isLong, report } from "./form.ts";
import { type Cut, type Link, openLink } from "./link.ts";
import { type Shop, startShop } from "./start-shop.ts";

let shop: Shop;
let link: Link;
let executor: ExecutorProcess;
let token: string;

beforeAll(async () => {
  shop = await startShop({ executionTime: "2s" });
  link = await openLink(shop.postgres.port);
  executor = await shop.start({ LINTEL_DATABASE_URL: shop.postgres.url("executor", link.port) });
  token = await shop.agent();
});

afterAll(async () => {
  await executor.end("SIGKILL");
  await link.stop();
  await shop.stop();
});

const url = (): Promise<string> => Promise.resolve(executor.url);

test("where the link is cut after COMMIT was sent, the retry with the same key gets the one outcome, whichever it was", async () => {
  const wanted = wishes(["place-order"], isLong ? 60 : 12, "cut");
  const first: string[] = [];
  for (const [index, { way, reference }] of wanted.entries()) {
    const cut: Cut = index % 2 === 0 ? "answerLost" : "commitLost";
    // The first COMMIT is that of the claim, the second that of the flow with its record.
    link.cutAt(1 + (Math.floor(index / 2) % 2), cut);
    const headers = { "Idempotency-Key": reference };
    const { status, body } = await request(`${executor.url}/${way}`, "POST", { token, body: { reference }, headers });
    expect(link.pending(), "the cut has come").toBe(0);
    first.push(`${cut}: ${String(status)} ${String(body["code"])}`);
  }
  const granted = await callAll(wanted, { token, callers: 8, url });
  expect(await auditBooks(shop, granted)).toEqual([]);
  report("link cut at COMMIT", { orders: wanted.length, firstAnswers: [...new Set(first)] });
}, 300_000);

test("where the link swallows all, calls end in their time, readiness turns red, and both are well again when it is", async () => {
  const probe = async (): Promise<number> => (await request(`${executor.url}/readyz`, "GET")).status;
  expect(await probe()).toBe(200);
  /** What was found holds for a moment. */
  const redden = async (): Promise<number> => {
    for (let status = await probe(); ; status = await probe()) {
      if (status !== 200) return status;
      await setTimeout(50);
    }
  };
  link.blackHole(true);
  const swallowed = wishes(["place-order"], 6, "swallowed");
  const calls = swallowed.map(async ({ way, reference }) => {
    const headers = { "Idempotency-Key": reference };
    return request(`${executor.url}/${way}`, "POST", { token, body: { reference }, headers });
  });
  const replies = await Promise.race([Promise.all([Promise.all(calls), redden()]), setTimeout(20_000, undefined)]);
  link.blackHole(false);
  expect(replies).toBeDefined();
  const [answers = [], ready] = replies ?? [];
  expect(ready).toBe(503);
  for (const { status, headers } of answers) {
    expect([503, 504]).toContain(status);
    if (status === 503) expect(headers.get("retry-after")).toMatch(/^\d+$/u);
  }
  const granted = await callAll(swallowed, { token, callers: 6, url });
  await waitUntil(async () => (await probe()) === 200);
  expect(await auditBooks(shop, granted)).toEqual([]);
}, 120_000);
