import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assembleBundle, type Bundle, canonicalJson } from "@lintel/specs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { programHeader } from "../../executor/boot/take-snapshot.ts";
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
  for (const name of ["main.mjs", "sbom.cdx.json", "bundle.json", "Dockerfile", "image.json"]) {
    expect(await readFile(join(second, name)), name).toEqual(await readFile(join(folder, name)));
  }
  // Of the file's time, which a layer holds too.
  expect((await stat(join(second, "bundle.json"))).mtimeMs).toBe(0);
  await rm(second, { recursive: true });
  const dockerfile = await readFile(join(folder, "Dockerfile"), "utf8");
  expect(dockerfile).toContain("ARG BASE=gcr.io/distroless/nodejs24");
  expect(dockerfile).toContain("USER 65532:65532");
  expect(await readFile(join(folder, "main.mjs"), "utf8")).not.toContain("@pulumi/");
});

test("the bill of materials names each library in the file, with its version and licence", async () => {
  const bill = JSON.parse(await readFile(join(folder, "sbom.cdx.json"), "utf8")) as {
    readonly bomFormat: string;
    readonly specVersion: string;
    readonly components: readonly { readonly purl: string; readonly licenses?: readonly unknown[] }[];
  };
  expect(bill).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.6" });
  const names = bill.components.map(({ purl }) => purl.replace(/^pkg:npm\/(.+)@.+$/u, "$1"));
  // Of the program, of telemetry, which travels in it as text, and of the SQL parser.
  expect(names).toEqual(expect.arrayContaining(["pg", "fastify", "%40opentelemetry/api", "libpg-query"]));
  // A tool of the build is in no file.
  expect(names).not.toContain("esbuild");
  expect(new Set(bill.components.map(({ purl }) => purl)).size).toBe(names.length);
  expect(bill.components.filter(({ licenses }) => licenses === undefined)).toEqual([]);
});

/** A folder as the image has it, with a snapshot that was taken of the bundle in `context`. */
async function startFromSnapshot(bundle: unknown, environment = bookings.environment, context = folder) {
  const { LINTEL_BUNDLE: _, ...given } = environment;
  const blob = join(context, "lintel.blob");
  if (!existsSync(blob)) takeSnapshot(context, blob);
  const other = await mkdtemp(join(tmpdir(), "lintel-image-"));
  try {
    await copyFile(join(context, "main.mjs"), join(other, "main.mjs"));
    await writeFile(join(other, "bundle.json"), canonicalJson(bundle));
    return await startProcess(join(other, "main.mjs"), given, ["--snapshot-blob", blob]);
  } finally {
    await rm(other, { recursive: true });
  }
}

function takeSnapshot(context: string, blob: string): void {
  const { status, stdout } = spawnSync(process.execPath, [join(context, "main.mjs"), "snapshot", blob]);
  expect(stdout.toString()).toBe("");
  expect(status).toBe(0);
}

test("a process that starts from the snapshot serves its bundle, and draws ids of its own", async () => {
  const [one, other] = await Promise.all([startFromSnapshot(bookings.bundle), startFromSnapshot(bookings.bundle)]);
  try {
    const started = await fetch(`${one.url}/startupz`);
    expect(await started.json()).toEqual({ status: "ok", digest: bookings.bundle.digest });
    const headers = { Authorization: `Bearer ${await bookings.agent()}` };
    const rooms = await fetch(`${one.url}/rooms`, { headers });
    expect(await rooms.json()).toEqual({ items: [], next: null });
    const refusals = [one, other]
      .flatMap(({ url }) => [url, url])
      .map(async (url) => {
        const { instance } = (await (await fetch(`${url}/rooms`)).json()) as { readonly instance: string };
        return instance;
      });
    expect(new Set(await Promise.all(refusals)).size).toBe(4);
  } finally {
    await Promise.all([one.end("SIGTERM"), other.end("SIGTERM")]);
  }
  expect(await one.exited).toBe(0);
});

test("ids of executions and instances are each process's own, also where one was drawn while the snapshot was taken", async () => {
  const context = await mkdtemp(join(tmpdir(), "lintel-image-"));
  const program = await readFile(join(folder, "main.mjs"), "utf8");
  const drawing = program.replace(programHeader, `${programHeader}require("node:crypto").randomUUID();\n`);
  expect(drawing).not.toBe(program);
  await writeFile(join(context, "main.mjs"), drawing);
  await copyFile(join(folder, "bundle.json"), join(context, "bundle.json"));
  const key = Buffer.alloc(32, 7).toString("base64");
  const environment = { ...bookings.environment, LINTEL_TRACE: "all", LINTEL_TRACE_KEY: key };
  const headers = { Authorization: `Bearer ${await bookings.agent()}` };
  try {
    for (let start = 0; start < 2; start += 1) {
      const running = await startFromSnapshot(bookings.bundle, environment, context);
      const calls = Array.from({ length: 5 }, async () => (await fetch(`${running.url}/rooms`, { headers })).status);
      expect(new Set(await Promise.all(calls))).toEqual(new Set([200]));
      await running.end("SIGTERM");
    }
  } finally {
    await rm(context, { recursive: true });
  }
  const { rows } = await bookings.superuser.query(
    `SELECT count(*)::int AS executions, count(DISTINCT "owner")::int AS instances FROM lintel.executions`,
  );
  expect(rows).toEqual([{ executions: 10, instances: 2 }]);
});

function withPublicRooms(): Bundle {
  const { bundle } = bookings;
  const tools = bundle.tools.map((tool) =>
    tool.trigger.type === "http" && tool.trigger.method === "GET" && tool.trigger.path === "/rooms"
      ? { ...tool, authorize: { type: "public" as const } }
      : tool,
  );
  return assembleBundle({ ...bundle, tools });
}

test("a snapshot says nothing about another bundle: that one is proven, judged and compiled when the process starts", async () => {
  const bundle = withPublicRooms();
  expect(bundle.digest).not.toBe(bookings.bundle.digest);
  const { LINTEL_BUNDLE_DIGEST: _, ...environment } = bookings.environment;
  const running = await startFromSnapshot(bundle, environment);
  try {
    const health = (await (await fetch(`${running.url}/healthz`)).json()) as { readonly digest: string };
    expect(health.digest).toBe(bundle.digest);
    expect((await fetch(`${running.url}/rooms`)).status).toBe(200);
  } finally {
    await running.end("SIGTERM");
  }
  await expect(startFromSnapshot(bundle)).rejects.toThrow(/exit 78: .*LINTEL_BUNDLE_DIGEST is/su);
  const forged = { ...bundle, digest: bookings.bundle.digest };
  await expect(startFromSnapshot(forged)).rejects.toThrow(/exit 78: .*build it again/su);
  const tools = bookings.bundle.tools.map((tool) =>
    tool.name === "open-two-rooms"
      ? { ...tool, flow: tool.flow.flatMap((node) => ("nodes" in node ? node.nodes : [node])) }
      : tool,
  );
  const red = assembleBundle({ ...bookings.bundle, tools });
  await expect(startFromSnapshot(red, environment)).rejects.toThrow(/exit 78: .*write-outside-transaction/su);
});

test("a snapshot holds no secret: one that is missing is named when the process starts", async () => {
  const environment = { ...bookings.environment, LINTEL_SECRET_PAYMENTS_WEBHOOK_KEY: "" };
  await expect(startFromSnapshot(bookings.bundle, environment)).rejects.toThrow(
    /exit 78: .*secret payments-webhook-key is missing/su,
  );
});

test("of a bundle that cannot be served no snapshot is taken, and it is said why", async () => {
  const other = await mkdtemp(join(tmpdir(), "lintel-image-"));
  await copyFile(join(folder, "main.mjs"), join(other, "main.mjs"));
  await writeFile(join(other, "bundle.json"), canonicalJson({ ...bookings.bundle, plans: {} }));
  const { status, stdout } = spawnSync(process.execPath, [join(other, "main.mjs"), "snapshot", join(other, "x.blob")]);
  expect(status).toBe(78);
  expect(stdout.toString()).toContain("do not follow from its specs");
  await rm(other, { recursive: true });
});

test("a command that does not exist is refused with exit code 64", async () => {
  const child = spawn(process.execPath, [join(folder, "main.mjs"), "destroy"], { stdio: "ignore" });
  expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(64);
});
