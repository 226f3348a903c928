import { afterAll, beforeAll, expect, test } from "vitest";
import { auditBooks } from "./books.ts";
import { type Granted, wishes } from "./callers.ts";
import { runWithCrashes } from "./crash-run.ts";
import { isLong } from "./form.ts";
import { type Shop, startShop } from "./start-shop.ts";

let shop: Shop;
let granted: readonly Granted[] = [];

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
  granted = report.granted;
  expect(report.wrong).toEqual([]);
  expect(report.kills).toBe(kills);
}, 900_000);

test("the books show an order that is lost, one that nobody recorded, and one that came twice", async () => {
  const [first, second, third] = granted.map(({ reference }) => reference);
  const { postgres } = shop;
  const lines = `DELETE FROM app.line USING app."order" o WHERE order_id = o.id AND o.reference = $1`;
  await postgres.query(lines, [first]);
  await postgres.query(`DELETE FROM app."order" WHERE reference = $1`, [first]);
  await postgres.query(lines, [second]);
  await postgres.query(`INSERT INTO app."order" (id, reference) VALUES (gen_random_uuid(), $1)`, [third]);
  const wrong = (await auditBooks(shop, granted)).join("\n");
  expect(wrong).toContain(`place-order ${String(first)}: orders 0, not 1`);
  expect(wrong).toContain("1 segment records of orders that do not exist");
  expect(wrong).toContain(`place-order ${String(second)}: an order without its line`);
  expect(wrong).toContain(`place-order ${String(third)}: orders 2, not 1`);
  expect(wrong).toContain(`order ${String(third)} is in 0 segment records`);
});
