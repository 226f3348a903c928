import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeImageContext } from "../../executor/index.ts";
import { type Bookings, startBookings } from "./start-bookings.ts";
import { startProcess } from "./start-process.ts";

let bookings: Bookings;
let folder: string;

beforeAll(async () => {
  [bookings, folder] = await Promise.all([startBookings(), mkdtemp(join(tmpdir(), "lintel-image-"))]);
  await writeImageContext({ bundle: bookings.bundle, folder });
});

afterAll(async () => {
  await bookings.stop();
  await rm(folder, { recursive: true, force: true });
});

test("the image's one file serves the bundle beside it", async () => {
  const { LINTEL_BUNDLE: _, ...environment } = bookings.environment;
  const running = await startProcess(join(folder, "main.mjs"), environment);
  try {
    const started = await fetch(`${running.url}/startupz`);
    expect(await started.json()).toEqual({ status: "ok", digest: bookings.bundle.digest });
    const rooms = await fetch(`${running.url}/rooms`, {
      headers: { Authorization: `Bearer ${await bookings.agent()}` },
    });
    expect(await rooms.json()).toEqual({ items: [], next: null });
  } finally {
    await running.end("SIGTERM");
  }
  expect(await running.exited).toBe(0);
});

test("the image's context is the same for the same specs, and its base runs without a shell and without rights", async () => {
  const second = await mkdtemp(join(tmpdir(), "lintel-image-"));
  await writeImageContext({ bundle: bookings.bundle, folder: second });
  for (const name of ["main.mjs", "bundle.json", "Dockerfile", "image.json"]) {
    expect(await readFile(join(second, name)), name).toEqual(await readFile(join(folder, name)));
  }
  await rm(second, { recursive: true });
  const dockerfile = await readFile(join(folder, "Dockerfile"), "utf8");
  expect(dockerfile).toContain("ARG BASE=gcr.io/distroless/nodejs24");
  expect(dockerfile).toContain("USER 65532:65532");
  expect(await readFile(join(folder, "main.mjs"), "utf8")).not.toContain("@pulumi/");
});

test("a command that does not exist is refused with exit code 64", async () => {
  const child = spawn(process.execPath, [join(folder, "main.mjs"), "destroy"], { stdio: "ignore" });
  expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(64);
});
