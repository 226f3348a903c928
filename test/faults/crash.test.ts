import { afterAll, beforeAll, expect, test } from "vitest";
import { wishes } from "./callers.ts";
import { runWithCrashes } from "./crash-run.ts";
import { isLong } from "./form.ts";
import { type Shop, startShop } from "./start-shop.ts";

let shop: Shop;

beforeAll(async () => {
  shop = await startShop();
});

afterAll(async () => {
  await shop.stop();
});

test("an executor that dies anywhere on a transaction's way leaves every order whole or not there at all", async () => {
  const kills = isLong ? 200 : 12;
  const report = await runWithCrashes(shop, {
    wishes: wishes(["place-order"], kills * 5, "walk"),
    callers: 3,
    // Some 60 points lie on the way of one order: each process dies some points further on than the one before.
    crashPoint: (start) => (start < kills ? `*@${String(10 + ((start * 7) % 120))}` : undefined),
  });
  expect(report.wrong).toEqual([]);
  expect(report.kills).toBe(kills);
}, 900_000);
