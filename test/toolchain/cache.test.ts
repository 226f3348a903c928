import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cached, cacheKey } from "../../toolchain/cache.mjs";
import { withLock } from "../../toolchain/lock.mjs";

describe("the cache of what was built", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lintel-cache-"));
    vi.stubEnv("LINTEL_CACHE", folder);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });

  it("builds a thing once, also when two ask for it at the same time", async () => {
    let builds = 0;
    const build = async (target: string): Promise<void> => {
      builds += 1;
      await writeFile(join(target, "program"), "built");
    };
    const request = { name: "thing", key: "one", build };
    const [first, second] = await Promise.all([cached(request), cached(request)]);
    expect(first).toBe(second);
    expect(builds).toBe(1);
    expect(await readFile(join(first, "program"), "utf8")).toBe("built");
  });

  it("keeps nothing of a build that failed, and builds again", async () => {
    const failing = async (target: string): Promise<void> => {
      await writeFile(join(target, "program"), "half");
      throw new Error("disk full");
    };
    await expect(cached({ name: "thing", key: "one", build: failing })).rejects.toThrow("disk full");
    expect(await readdir(join(folder, "thing"))).toEqual([]);
    const build = (target: string): Promise<void> => writeFile(join(target, "program"), "whole");
    const built = await cached({ name: "thing", key: "one", build });
    expect(await readFile(join(built, "program"), "utf8")).toBe("whole");
  });

  it("removes what a killed build left behind", async () => {
    await mkdir(join(folder, "thing", ".unfinished-gone"), { recursive: true });
    await cached({ name: "thing", key: "one", build: () => Promise.resolve() });
    expect(await readdir(join(folder, "thing"))).toEqual(["one"]);
  });

  it("gives another key when a file that is built from changes", async () => {
    const file = join(folder, "go.mod");
    await writeFile(file, "one");
    const before = await cacheKey(["linux"], [file]);
    expect(await cacheKey(["linux"], [file])).toBe(before);
    await writeFile(file, "two");
    expect(await cacheKey(["linux"], [file])).not.toBe(before);
  });

  it("takes over a lock whose holder was killed", async () => {
    const lock = join(folder, "locks", "build");
    await mkdir(lock, { recursive: true });
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(lock, longAgo, longAgo);
    expect(await withLock(lock, () => Promise.resolve("worked"))).toBe("worked");
  });

  it("waits for a lock that is held, and says so once", async () => {
    const lock = join(folder, "locks", "build");
    const order: string[] = [];
    const release = Promise.withResolvers<undefined>();
    const holder = withLock(lock, async () => {
      await release.promise;
      order.push("first");
    });
    const waiter = withLock(
      lock,
      () => Promise.resolve(order.push("second")),
      () => {
        order.push("waiting");
        release.resolve(undefined);
      },
    );
    await Promise.all([holder, waiter]);
    expect(order).toEqual(["waiting", "first", "second"]);
  });
});
