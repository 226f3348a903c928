// The deployed example, called as Cloud Scheduler and a payment service call it; the executor runs as a process.
import { createHmac, randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Emulator, startEmulator } from "@lintel/emulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readAuditRecords } from "../../demo/audit-records.ts";
import { buildParts } from "../../demo/build-parts.ts";
import { perform } from "../../demo/calls.ts";
import {
  auditReaderOf,
  exampleSecrets,
  inStack,
  prepareStack,
  type StackPlan,
  up,
  urlOf,
} from "../../demo/deployment.ts";
import { processRoute } from "../../demo/process-image.ts";
import { openPulumi, type Pulumi } from "../../demo/pulumi.ts";
import { bundleOf } from "../../demo/specs.ts";
import { readStackState } from "../../demo/state-of-stack.ts";
import { startTokenIssuer, type TokenIssuer } from "../../demo/token-issuer.ts";

const checkout = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const folder = join(checkout, ".lintel", "e2e", randomUUID().slice(0, 8));
const specs = "examples/reservations";

let plan: StackPlan;
let emulator: Emulator;
let issuer: TokenIssuer;
let pulumi: Pulumi;
let url: string;

beforeAll(async () => {
  const environment = "local";
  const bundle = await bundleOf(checkout, specs, environment);
  issuer = await startTokenIssuer(bundle.workspace.auth.issuer, bundle.workspace.auth.audience);
  const { program, pack } = await buildParts(checkout);
  const repository = "europe-west1-docker.pkg.dev/lintel-demo/reservations/executor";
  const route = await processRoute({ bundle, program, folder, repository });
  emulator = await startEmulator({ state: join(folder, "cloud"), ...route.emulator });
  pulumi = await openPulumi(checkout, join(folder, "backend"), route.environment);
  plan = { checkout, folder, specs, stack: "live", environment, secrets: exampleSecrets, image: route.config };
  await prepareStack(pulumi, emulator, plan);
  await pulumi.must(["config", "set", ...inStack(plan), "lintel:admin", '{"role":"auditor"}']);
  const { code, output } = await up(pulumi, plan, pack, () => undefined);
  if (code !== 0) throw new Error(output);
  url = await urlOf(pulumi, plan);
});

afterAll(async () => {
  await emulator.stop();
  await issuer.close();
  await rm(folder, { recursive: true, force: true });
});

async function lastRecord(): Promise<string> {
  const [record = ""] = await readAuditRecords(await auditReaderOf(pulumi, emulator, plan), 1);
  return record;
}

test("Cloud Scheduler calls the cron tool with a token that the executor verifies, and the call is audited", async () => {
  const job = (await readStackState(pulumi, plan.stack)).outputsOf("gcp:cloudscheduler/job:Job", ({ name }) =>
    String(name).endsWith("release-unpaid"),
  );
  const run = `${String(emulator.endpoints["cloudSchedulerCustomEndpoint"])}${String(job["id"])}:run`;
  const headers = { authorization: `Bearer ${emulator.accessToken}`, "content-type": "application/json" };
  const answer = await fetch(run, { method: "POST", headers, body: "{}" });
  expect(answer.status).toBe(200);
  await expect.poll(lastRecord, { timeout: 20_000 }).toMatch(/release-unpaid +succeeded +200 /);
});

test("the cron tool's path refuses whoever is not Cloud Scheduler", async () => {
  const path = `${url}/_lintel/schedules/release-unpaid`;
  expect((await fetch(path, { method: "POST" })).status).toBe(401);
  const agent = await issuer.issue({ sub: "agent-1", roles: ["agent"] });
  const asAgent = { authorization: `Bearer ${agent}` };
  expect((await fetch(path, { method: "POST", headers: asAgent })).status).toBe(401);
});

test("the admin API reads the audit log as the admin's own database user, for which the deployment holds no password", async () => {
  const auditor = await issuer.issue({ sub: "olga", roles: ["auditor"] });
  const read = (token: string): Promise<Response> =>
    fetch(`${url}/_lintel/admin/audit?tool=release-unpaid`, { headers: { authorization: `Bearer ${token}` } });
  const answer = await read(auditor);
  expect(answer.status).toBe(200);
  expect(JSON.stringify(await answer.json())).toContain('"tool":"release-unpaid"');
  expect((await read(await issuer.issue({ sub: "agent-1", roles: ["agent"] }))).status).toBe(403);
  const service = (await readStackState(pulumi, plan.stack)).outputsOf("gcp:cloudrunv2/service:Service");
  expect(JSON.stringify(service)).toMatch(/"LINTEL_ADMIN_DATABASE_USER","value":"reservations-admin@/);
  expect(JSON.stringify(service)).not.toMatch(/PASSWORD/);
});

test("a signed webhook records the payment and confirms the reservation; the same delivery again changes nothing", async () => {
  const reservation = await book("101");
  const body = JSON.stringify({ reservationId: reservation, reference: "pay-1", amount: 36_000 });
  const first = await deliver(body, sign(body));
  expect(first.status).toBe(200);
  const again = await deliver(body, sign(body));
  expect(await again.json()).toEqual(await first.json());
  const token = await issuer.issue({ sub: "agent-1", roles: ["agent"] });
  const call = { method: "GET", path: `/reservations/${reservation}`, token, tokenName: "AGENT" };
  expect((await perform(url, call, 200)).body).toMatchObject({ status: "confirmed" });
});

test("a webhook with another's signature is refused and writes nothing but its audit record", async () => {
  const reservation = await book("102");
  const body = JSON.stringify({ reservationId: reservation, reference: "pay-2", amount: 36_000 });
  const answer = await deliver(body, createHmac("sha256", "not the key").update(body).digest("hex"));
  expect(answer.status).toBe(401);
  expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(await lastRecord()).toMatch(/payment-received +refused +401 /);
});

/** A reservation of a new room for a new customer. */
async function book(number: string): Promise<string> {
  const token = await issuer.issue({ sub: "agent-1", roles: ["agent"] });
  const create = async (path: string, body: object): Promise<string> => {
    const answer = await perform(url, { method: "POST", path, body, token, tokenName: "AGENT" }, 201);
    return (answer.body as { readonly id: string }).id;
  };
  const customerId = await create("/customers", { subject: `guest-${number}`, name: "Ada", email: "ada@example.com" });
  const roomId = await create("/rooms", { number, beds: 2, nightlyRate: { amount: 12_000, currency: "EUR" } });
  const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  return create("/reservations", { customerId, roomId, startsOn: day(30), endsOn: day(33) });
}

const timestamp = String(Math.floor(Date.now() / 1000));

function sign(body: string): string {
  return createHmac("sha256", exampleSecrets["payments-webhook-key"]).update(`${timestamp}.${body}`).digest("hex");
}

function deliver(body: string, signature: string): Promise<Response> {
  const headers = { "content-type": "application/json", "x-timestamp": timestamp, "x-delivery-id": "d-1" };
  return fetch(`${url}/webhooks/payments`, {
    method: "POST",
    headers: { ...headers, "x-signature": `sha256=${signature}` },
    body,
  });
}
