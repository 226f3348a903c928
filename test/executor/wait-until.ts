import { setTimeout } from "node:timers/promises";

/** Asks until it is so; throws when it is not so within ten seconds. */
export async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error("it has not become so in ten seconds");
    await setTimeout(20);
  }
}
