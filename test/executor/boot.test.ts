import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { assembleBundle, type Bundle, canonicalJson, type FlowNode } from "@lintel/specs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLogger, readSettings, startServer } from "../../executor/index.ts";
import { type Bookings, startBookings } from "./start-bookings.ts";
import { startProcess } from "./start-process.ts";
import { waitUntil } from "./wait-until.ts";

const main = join(import.meta.dirname, "..", "..", "executor", "main.ts");
let bookings: Bookings;
let folder: string;

beforeAll(async () => {
  bookings = await startBookings();
  folder = await mkdtemp(join(tmpdir(), "lintel-boot-"));
});

afterAll(async () => {
  await bookings.stop();
  await rm(folder, { recursive: true });
});

async function fileOf(bundle: unknown): Promise<string> {
  const file = join(folder, `${String(Math.random()).slice(2)}.json`);
  await writeFile(file, canonicalJson(bundle));
  return pathToFileURL(file).href;
}

/** The bundle with one tool's flow replaced, honestly digested. */
function withFlow(name: string, change: (flow: readonly FlowNode[]) => readonly FlowNode[]): Bundle {
  const { bundle } = bookings;
  const tools = bundle.tools.map((tool) => (tool.name === name ? { ...tool, flow: change(tool.flow) } : tool));
  return assembleBundle({ ...bundle, tools });
}

async function start(bundle: unknown, more: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const { LINTEL_BUNDLE_DIGEST: _, ...environment } = bookings.environment;
  const settings = readSettings({ ...environment, LINTEL_BUNDLE: await fileOf(bundle), ...more });
  const log = createLogger("fatal");
  const server = await startServer({ settings, log, defaultBundleUrl: "", host: "127.0.0.1" });
  await server.drain();
  return server.digest;
}

test("a Red bundle does not start, whatever digest it is pinned to, and the finding is named", async () => {
  const red = withFlow("open-two-rooms", (flow) => flow.flatMap((node) => ("nodes" in node ? node.nodes : [node])));
  await expect(start(red, { LINTEL_BUNDLE_DIGEST: red.digest })).rejects.toThrow(
    /is Red and is not served:\n- write-outside-transaction: tool open-two-rooms, node one/u,
  );
});

test("a Red bundle ends the process with its own exit code and says why in a log line", async () => {
  const red = withFlow("open-two-rooms", (flow) => flow.flatMap((node) => ("nodes" in node ? node.nodes : [node])));
  const { LINTEL_BUNDLE_DIGEST: _, ...environment } = bookings.environment;
  const started = startProcess(main, { ...environment, LINTEL_BUNDLE: await fileOf(red) });
  await expect(started).rejects.toThrow(/exit 78: \{"severity":"CRITICAL".*write-outside-transaction/su);
});

test("a bundle other than the pinned one does not start", async () => {
  const digest = `sha256:${"0".repeat(64)}`;
  await expect(start(bookings.bundle, { LINTEL_BUNDLE_DIGEST: digest })).rejects.toThrow(
    /LINTEL_BUNDLE_DIGEST is sha256:0000/u,
  );
});

test("a bundle that was changed after it was made does not start", async () => {
  const tools = bookings.bundle.tools.map((tool) => ({ ...tool, authorize: { type: "public" } }));
  await expect(start({ ...bookings.bundle, tools })).rejects.toThrow(/build it again/u);
});

test("facts that do not follow from the specs are not believed", async () => {
  await expect(start({ ...bookings.bundle, plans: {} })).rejects.toThrow(/do not follow from its specs/u);
});

test("a message without a provider is refused at boot, with its node, not at a call", async () => {
  const email: FlowNode = {
    id: "receipt",
    type: "email",
    after: [],
    onError: "continue",
    provider: "mail",
    template: "receipt",
    to: "x@example.com",
    values: {},
    timeout: 1000,
    retry: { maxAttempts: 2, backoff: "constant", initialDelay: 10, maxDelay: 10 },
  };
  const bundle = withFlow("quote-stay", (flow) => [...flow, email]);
  await expect(start(bundle)).rejects.toThrow("node receipt: there is no email provider mail");
});

test("a call whose host would come from a value is refused at boot", async () => {
  const call: FlowNode = {
    id: "anywhere",
    type: "http",
    after: [],
    onError: "fail",
    method: "GET",
    url: "https://${input.roomId}.example.com/",
    query: {},
    headers: {},
    timeout: 1000,
    retry: { maxAttempts: 1, backoff: "constant", initialDelay: 10, maxDelay: 10 },
  };
  const bundle = withFlow("quote-stay", (flow) => [...flow, call]);
  await expect(start(bundle)).rejects.toThrow(/node anywhere: the host of its url is not fixed/u);
});

test("a secret that is missing is refused at boot and named, never its value", async () => {
  await expect(start(bookings.bundle, { LINTEL_SECRET_PAYMENTS_WEBHOOK_KEY: "" })).rejects.toThrow(
    "secret payments-webhook-key is missing; set LINTEL_SECRET_PAYMENTS_WEBHOOK_KEY",
  );
});

test("a bundle over the network needs a pin, and https", async () => {
  await expect(start(bookings.bundle, { LINTEL_BUNDLE: "https://127.0.0.1:9/b.json" })).rejects.toThrow(
    /set LINTEL_BUNDLE_DIGEST too/u,
  );
  await expect(start(bookings.bundle, { LINTEL_BUNDLE: "http://127.0.0.1:9/b.json" })).rejects.toThrow(
    /file: or https:/u,
  );
});

test("an acknowledgement that has expired is warned of and stops no restart", async () => {
  const acknowledgements = [
    { tool: "check-out", rule: "x", fingerprint: "f", reason: "r", by: "b", expires: "2001-01-01" },
  ];
  const lines: string[] = [];
  const deployment = JSON.stringify({ level: "yellow", acknowledgements });
  const settings = readSettings({ ...bookings.environment, LINTEL_DEPLOYMENT: deployment });
  const log = createLogger("warn", { write: (line: string) => void lines.push(line) });
  const server = await startServer({ settings, log, defaultBundleUrl: "", host: "127.0.0.1" });
  await server.drain();
  expect(JSON.parse(lines[0] ?? "{}")).toMatchObject({ severity: "WARNING", tool: "check-out", expires: "2001-01-01" });
});

test("the startup probe is red until the database lists the bundle as serving", async () => {
  const other = withFlow("quote-stay", (flow) =>
    flow.map((node) => (node.id === "nights" ? { ...node, why: "new" } : node)),
  );
  const { LINTEL_BUNDLE_DIGEST: _, ...environment } = bookings.environment;
  const settings = readSettings({ ...environment, LINTEL_BUNDLE: await fileOf(other) });
  await bookings.superuser.query(`INSERT INTO lintel.bundles (digest, bundle, state) VALUES ($1, $2, 'stored')`, [
    other.digest,
    JSON.stringify(other),
  ]);
  const log = createLogger("fatal");
  const server = await startServer({ settings, log, defaultBundleUrl: "", host: "127.0.0.1" });
  const probe = async (name: string): Promise<number> =>
    (await fetch(`http://127.0.0.1:${String(server.port)}/${name}`)).status;
  try {
    expect(await probe("startupz")).toBe(503);
    expect(await probe("healthz")).toBe(200);
    await bookings.superuser.query(`UPDATE lintel.bundles SET state = 'serving' WHERE digest = $1`, [other.digest]);
    await waitUntil(async () => (await probe("startupz")) === 200);
    await bookings.superuser.query(`UPDATE lintel.bundles SET state = 'retired' WHERE digest = $1`, [other.digest]);
    expect(await probe("startupz")).toBe(200);
    await waitUntil(async () => (await probe("readyz")) === 503);
    expect(await probe("startupz")).toBe(200);
  } finally {
    await server.drain();
  }
});

test("a flood of unauthenticated calls is counted instead of recorded one by one, and loses none", async () => {
  const before = (await bookings.executions()).length;
  const calls = 400;
  for (let sent = 0; sent < calls; sent += 50) {
    await Promise.all(Array.from({ length: 50 }, () => bookings.call("GET", "/rooms")));
  }
  await bookings.drain();
  const recorded = (await bookings.executions()).length - before;
  const counted = `SELECT sum(count)::int AS count FROM lintel.refusals`;
  const { rows } = await bookings.superuser.query<{ count: number }>(counted);
  expect(recorded).toBeLessThanOrEqual(240);
  expect(recorded + Number(rows[0]?.count)).toBe(calls);
});
