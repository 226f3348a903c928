import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { request } from "../executor/start-bookings.ts";
import { auditBooks } from "./books.ts";
import { callAll, wishes } from "./callers.ts";
import { startShop } from "./start-shop.ts";

/** A small disk in memory, or why there is none. */
function mount(folder: string): string | undefined {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=40m", "tmpfs", folder], { stdio: "pipe" });
    return undefined;
  } catch (error) {
    return `no disk to fill: ${error instanceof Error ? error.message : ""}`;
  }
}

/** Fills a disk to its last byte. */
function fill(file: string): void {
  for (const size of [1_048_576, 4096, 1]) {
    const bytes = Buffer.alloc(size);
    try {
      for (;;) writeFileSync(file, bytes, { flag: "a" });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
    }
  }
}

test("a full disk of the database is a 503 that says when to come back, leaves nothing half done, and is over when there is space", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "lintel-disk-"));
  const refusal = mount(folder);
  if (refusal !== undefined) {
    rmSync(folder, { recursive: true });
    context.skip(refusal);
  }
  try {
    const shop = await startShop({ executionTime: "2s", tablespace: folder });
    const executor = await shop.start();
    const token = await shop.agent();
    const filler = join(folder, "filler");
    fill(filler);
    const wanted = wishes(["place-order", "buy-order", "buy-in-vain"], 400, "full");
    const url = (): Promise<string> => Promise.resolve(executor.url);
    const refused = new Set<string>();
    const tried: (typeof wanted)[number][] = [];
    // Pages that stand have room for some; then none is to be had.
    for (const wish of wanted) {
      tried.push(wish);
      const { way, reference } = wish;
      const headers = { "Idempotency-Key": reference };
      const reply = await request(`${executor.url}/${way}`, "POST", { token, body: { reference }, headers });
      if (reply.status === 200 || reply.status === 422) continue;
      expect({ status: reply.status, after: reply.headers.get("retry-after") }).toEqual({ status: 503, after: "5" });
      refused.add(String(reply.body["code"]));
      if (tried.length > 60) break;
    }
    expect(refused.size).toBeGreaterThan(0);
    rmSync(filler);
    const granted = await callAll(tried, { token, callers: 8, url });
    expect(await auditBooks(shop, granted)).toEqual([]);
    expect(() => process.kill(executor.pid, 0)).not.toThrow();
    await executor.end("SIGTERM");
    await shop.stop();
  } finally {
    execFileSync("umount", ["-l", folder]);
    rmSync(folder, { recursive: true });
  }
}, 180_000);
