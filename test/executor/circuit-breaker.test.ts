import { expect, test } from "vitest";
import { CallFailure } from "../../executor/external/call-failure.ts";
import { circuitBreaker } from "../../executor/external/circuit-breaker.ts";

const fails = (reason: CallFailure["reason"], status?: number) => () =>
  Promise.reject(new CallFailure("unknown", reason, { status }));
const answers = (): Promise<string> => Promise.resolve("fine");

function breakerAt(threshold: number) {
  const clock = { time: 0 };
  return { clock, breaker: circuitBreaker({ threshold, coolDown: 1000, now: () => clock.time }) };
}

test("failures in a row suspend a provider: nothing is sent, and the failure says when to come back", async () => {
  const { breaker, clock } = breakerAt(2);
  await expect(breaker.pass(fails("timeout"))).rejects.toMatchObject({ reason: "timeout" });
  await expect(breaker.pass(fails("status", 503))).rejects.toMatchObject({ reason: "status" });
  clock.time = 10;
  const sent: string[] = [];
  const send = (): Promise<number> => Promise.resolve(sent.push("sent"));
  await expect(breaker.pass(send)).rejects.toMatchObject({ reason: "suspended", effect: "none", retryAfter: 1000 });
  expect(sent).toEqual([]);
});

test("after a while one call may look, others not; its answer lets all through, its failure none", async () => {
  const { breaker, clock } = breakerAt(1);
  await expect(breaker.pass(fails("refused"))).rejects.toMatchObject({ reason: "refused" });
  clock.time = 1000;
  await expect(breaker.pass(fails("connection"))).rejects.toMatchObject({ reason: "connection" });
  await expect(breaker.pass(answers)).rejects.toMatchObject({ reason: "suspended" });
  clock.time = 2000;
  const { promise, resolve } = Promise.withResolvers<string>();
  const probe = breaker.pass(() => promise);
  await expect(breaker.pass(answers)).rejects.toMatchObject({ reason: "suspended" });
  resolve("back");
  expect(await probe).toBe("back");
  expect(await Promise.all([breaker.pass(answers), breaker.pass(answers)])).toEqual(["fine", "fine"]);
});

test("an answer in between starts the count anew, and a refusal is an answer", async () => {
  const { breaker } = breakerAt(2);
  for (const between of [fails("status", 404), fails("declined"), answers]) {
    await expect(breaker.pass(fails("timeout"))).rejects.toMatchObject({ reason: "timeout" });
    await breaker.pass<unknown>(between).catch(() => undefined);
  }
  await expect(breaker.pass(fails("timeout"))).rejects.toMatchObject({ reason: "timeout" });
});

test("a call that must be made in any case is, and lets the others through when it is answered", async () => {
  const { breaker } = breakerAt(1);
  await expect(breaker.pass(fails("timeout"))).rejects.toMatchObject({ reason: "timeout" });
  await expect(breaker.pass(answers)).rejects.toMatchObject({ reason: "suspended" });
  expect(await breaker.watch(answers)).toBe("fine");
  expect(await breaker.pass(answers)).toBe("fine");
});
