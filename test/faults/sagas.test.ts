import { afterAll, beforeAll, expect, test } from "vitest";
import { wishes } from "./callers.ts";
import { type CrashPlan, type CrashReport, pointsOf, runWithCrashes } from "./crash-run.ts";
import { isLong, report } from "./form.ts";
import type { Way } from "./shop.ts";
import { type Shop, startShop } from "./start-shop.ts";

let shop: Shop;

beforeAll(async () => {
  shop = await startShop();
});

afterAll(async () => {
  await shop.stop();
});

/** Within so many points of any name each process dies: some 220 lie on the way of one saga. */
const longestLife = 700;
/** Requests per point of the long forms. */
const size = Number(process.env["LINTEL_TEST_REQUESTS"] ?? "200");
const sagas: readonly Way[] = ["buy-order", "buy-in-vain", "buy-in-parts"];

type Walk = Pick<CrashPlan, "instances" | "rules" | "calm">;

async function walk(name: string, kills: number, plan: Walk = {}): Promise<CrashReport> {
  const outcome = await runWithCrashes(shop, {
    ...plan,
    wishes: wishes(sagas, kills * 2, name),
    callers: 3,
    crashPoint: (start) => (start < kills ? `*@${String(15 + ((start * 37) % longestLife))}` : undefined),
  });
  report(name, { orders: outcome.granted.length, kills: outcome.kills, wrong: outcome.wrong });
  expect(outcome.kills).toBeGreaterThanOrEqual(kills / 2);
  return outcome;
}

test("sagas whose executor dies anywhere, in the middle of undoing too, end whole or undone", async () => {
  const { wrong } = await walk("sagas", isLong ? size : 10);
  expect(wrong).toEqual([]);
}, 1_800_000);

test("two executors that die in turns, and take up one another's work at once, do nothing twice", async () => {
  const { wrong } = await walk("two", isLong ? Math.ceil(size / 2) : 4, { instances: 2 });
  expect(wrong).toEqual([]);
}, 1_800_000);

if (isLong) {
  test("a payment provider that loses answers while executors die: what it has booked is paid for or given back", async () => {
    const troubles = [
      null,
      "resetAfter",
      null,
      null,
      "failAfter",
      null,
      "hangAfter",
      null,
      "resetBefore",
      "fail",
    ] as const;
    const again = Array.from({ length: size }, () => troubles).flat();
    shop.stripe.trouble("POST payment_intents", ...again);
    shop.stripe.trouble("POST refunds", ...again);
    const calm = (): void => {
      shop.stripe.trouble("POST payment_intents");
      shop.stripe.trouble("POST refunds");
    };
    const { wrong } = await walk("lost", size, { rules: { providersFail: true }, calm });
    expect(wrong).toEqual([]);
  }, 1_800_000);

  test("at each point by itself: executors that die there time and again leave all sagas whole or undone", async () => {
    const points = await pointsOf(shop, [...sagas, "place-order"]);
    const wrong: string[] = [];
    let kills = 0;
    for (const [index, point] of points.entries()) {
      const own = Math.max(1, Math.round(size / 20));
      const outcome = await runWithCrashes(shop, {
        wishes: wishes([...sagas, "place-order"], size, `point${String(index)}`),
        callers: 8,
        crashPoint: (start) => (start < own ? `${point}@${String(1 + ((start * 7) % 12))}` : undefined),
      });
      kills += outcome.kills;
      wrong.push(...outcome.wrong.map((what) => `${point}: ${what}`));
      report(`${String(index + 1)} of ${String(points.length)}, ${point}`, {
        kills: outcome.kills,
        wrong: outcome.wrong,
      });
      if (outcome.wrong.length > 0) break;
    }
    report("each point", { points: points.length, requests: points.length * size, kills });
    expect(wrong).toEqual([]);
  }, 7_200_000);
}
