// The deployed executor is killed in the middle of a saga; Cloud Scheduler's call of the sweeper ends what it began.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileFolder } from "@lintel/specs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildParts } from "../../demo/build-parts.ts";
import { processRoute } from "../../demo/process-image.ts";
import { startTokenIssuer, type TokenIssuer } from "../../demo/token-issuer.ts";
import { freePort } from "../../emulator/run/free-port.ts";
import { must, openStack, type Stack } from "./stack-harness.ts";

const checkout = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const audience = "https://notes.example.com";

let stack: Stack;
let archive: Archive;
let issuer: TokenIssuer;
let url: string;

beforeAll(async () => {
  archive = await startArchive();
  const issuerUrl = `http://127.0.0.1:${String(await freePort())}`;
  issuer = await startTokenIssuer(issuerUrl, audience);
  stack = await openStack({ files: { ...specs(issuerUrl, archive.url), "main.ts": program } });
  const { specs: compiled, diagnostics } = await compileFolder(join(stack.folder, "specs"));
  if (compiled === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const { program: built } = await buildParts(checkout);
  const repository = "europe-west1-docker.pkg.dev/lintel-test/notes/executor";
  const route = await processRoute({
    bundle: compiled.bundle,
    program: built,
    folder: dirname(stack.images),
    repository,
  });
  await stack.setConfig("lintel:image", route.config["lintel:image"] ?? "");
  await must(stack.up());
  url = String((await stack.outputs())["url"]);
});

afterAll(async () => {
  archive.close();
  await issuer.close();
  await stack.close();
});

test("a call whose executor is killed while a provider works is ended by the sweeper: once there, once here, once in the audit log", async () => {
  const headers = {
    authorization: `Bearer ${await issuer.issue({ sub: "ann", roles: ["writer"] })}`,
    "content-type": "application/json",
    "idempotency-key": "first",
  };
  const call = (): Promise<Response> =>
    fetch(`${url}/notes/filed`, { method: "POST", headers, body: '{"text":"milk"}' });
  const lost = call().then(
    ({ status }) => status,
    () => 0,
  );
  await archive.reached;
  for (const pid of executors()) process.kill(pid, "SIGKILL");
  expect([0, 502, 503]).toContain(await lost);
  archive.letThrough();

  const sweep = async (): Promise<readonly unknown[]> => {
    await callSweeper();
    const answer = await fetch(`${url}/notes?limit=10`, { headers });
    return answer.ok ? ((await answer.json()) as { readonly items: readonly unknown[] }).items : [];
  };
  await expect.poll(sweep, { timeout: 120_000, interval: 3000 }).toMatchObject([{ text: "milk", isFiled: true }]);

  expect(new Set(archive.keys()).size).toBe(1);
  expect(await (await call()).json()).toEqual({ isFiled: true });
  expect(await sweep()).toHaveLength(1);
  const auditor = await issuer.issue({ sub: "olga", roles: ["auditor"] });
  const audit = await fetch(`${url}/_lintel/admin/executions?tool=file-note`, {
    headers: { authorization: `Bearer ${auditor}` },
  });
  // Newest first: the second call was answered with what the first one came to.
  expect(((await audit.json()) as { items: unknown }).items).toMatchObject([
    { outcome: "replayed", status: 200 },
    { outcome: "succeeded", status: 200 },
  ]);
});

test("what the alerts look for stands in the log as they expect it, and executions are kept under the deployment's key", () => {
  const lines = stack.emulator.logs("notes").split("\n");
  const sweeps = lines.filter((line) => line.includes("the sweep has ended")).map((line) => JSON.parse(line) as object);
  expect(sweeps).toContainEqual(
    expect.objectContaining({ message: "the sweep has ended", severity: "INFO", recovered: 1, parked: 0 }),
  );
  expect(lines.filter((line) => /LINTEL_TRACE_KEY|a task of the sweep failed/.test(line))).toEqual([]);
});

/** Processes of the service that run now, as the emulator's state has them. */
function executors(): readonly number[] {
  const state = JSON.parse(readFileSync(join(dirname(stack.images), "cloud", "state.json"), "utf8")) as {
    readonly processes?: Readonly<Record<string, { readonly pid: number }>>;
  };
  return Object.values(state.processes ?? {}).map(({ pid }) => pid);
}

async function callSweeper(): Promise<void> {
  const jobs = `${String(stack.emulator.endpoints["cloudSchedulerCustomEndpoint"])}projects/lintel-test/locations/europe-west1/jobs`;
  const headers = { authorization: `Bearer ${stack.emulator.accessToken}`, "content-type": "application/json" };
  const answer = await fetch(`${jobs}/notes_sweep:run`, { method: "POST", headers, body: "{}" });
  expect(answer.status).toBe(200);
}

interface Archive {
  readonly url: string;
  /** The first request has come. */
  readonly reached: Promise<true>;
  /** Idempotency keys of all requests, in their order. */
  keys(): readonly string[];
  /** Answers from now on; until then nobody gets one. */
  letThrough(): void;
  close(): void;
}

/** Another company's service, on loopback. */
async function startArchive(): Promise<Archive> {
  const keys: string[] = [];
  let isOpen = false;
  const arrived = Promise.withResolvers<true>();
  const server = createServer((request, response) => {
    keys.push(String(request.headers["idempotency-key"]));
    arrived.resolve(true);
    request.resume();
    if (isOpen) response.writeHead(201, { "content-type": "application/json" }).end('{"id":"a-1"}');
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    reached: arrived.promise,
    keys: () => keys,
    letThrough: () => {
      isOpen = true;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const program = `import { Workspace } from "@lintel/components";
import { Config } from "@pulumi/pulumi";

const workspace = new Workspace("notes", {
  specs: "specs",
  project: "lintel-test",
  region: "europe-west1",
  image: new Config("lintel").require("image"),
  secrets: { "archive-key": { value: "s3cret" } },
  admin: { role: "auditor" },
  deletionProtection: false,
  monitoring: false,
});
export const url = workspace.url;
`;

function specs(issuerUrl: string, archiveUrl: string): Readonly<Record<string, string>> {
  return {
    "specs/workspace.yaml": `apiVersion: lintel/v1
kind: Workspace
name: notes
region: europe-west1
roles: [writer]
auth: { issuer: "${issuerUrl}", jwks: "${issuerUrl}/jwks.json", audience: "${audience}", roleClaim: roles }
providers:
  archive: { type: http, baseUrl: "${archiveUrl}", secret: archive-key, idempotencyKeys: true, network: private }
defaults: { timeout: 10s, retry: { maxAttempts: 3, backoff: exponential, initialDelay: 200ms, maxDelay: 5s }, pageSize: 50 }
`,
    "specs/entities/note.yaml": `apiVersion: lintel/v1
kind: Entity
name: Note
fields:
  id: { type: uuid, generated: true }
  text: { type: string, required: true }
  isFiled: { type: boolean, default: false }
crud: { list: [writer] }
list: { maximum: 100 }
`,
    "specs/tools/file-note.yaml": `apiVersion: lintel/v1
kind: Tool
name: file-note
description: Keeps a note, sends it to the archive, and notes that it is there.
trigger: { http: { method: POST, path: /notes/filed } }
authorize: { roles: [writer] }
idempotency: required
input: { type: object, additionalProperties: false, required: [text], properties: { text: { type: string } } }
output: { type: object, required: [isFiled], properties: { isFiled: { type: boolean } } }
flow:
  - id: keep
    type: transaction
    nodes:
      - { id: note, type: write, action: create, entity: Note, values: { text: "\${input.text}" } }
  - id: archived
    type: http
    after: [keep]
    provider: archive
    method: POST
    url: /notes
    body: { note: "\${nodes.note.id}" }
    response: { type: object, required: [id], properties: { id: { type: string } } }
    compensate: { method: DELETE, url: "/notes/\${nodes.archived.body.id}" }
  - id: mark
    type: transaction
    after: [archived]
    nodes:
      - { id: marked, type: write, action: update, entity: Note, key: "\${nodes.note.id}", values: { isFiled: "\${true}" } }
respond: { isFiled: "\${nodes.marked.isFiled}" }
`,
  };
}
