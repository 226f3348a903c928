// `npm run demo`: a real `pulumi up` of the first example against an emulated Google Cloud, a tour of the live API, and
// the second example, which is blocked.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmulator } from "@lintel/emulator";
import { readAuditRecords } from "./audit-records.ts";
import { buildParts } from "./build-parts.ts";
import { auditReaderOf, prepareStack, region, type StackPlan, up, urlOf } from "./deployment.ts";
import { type Narrator, narrate } from "./narrator.ts";
import { type DemoOptions, readOptions } from "./options.ts";
import { openPulumi, type Pulumi } from "./pulumi.ts";
import { readStackState } from "./state-of-stack.ts";
import { startTokenIssuer, type TokenIssuer } from "./token-issuer.ts";
import { takeTour } from "./tour.ts";

const checkout = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const folder = join(checkout, ".lintel", "demo");

async function main(options: DemoOptions, tell: Narrator): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  tell.step("Build the executor's image and the policy pack");
  const parts = await buildParts({ checkout, folder, specs: "examples/reservations", environment: "local", region });
  for (const line of parts.notes) tell.line(`   ${line}`);

  tell.step("Start Google Cloud on loopback");
  const emulator = await startEmulator({
    state: join(folder, "cloud"),
    images: parts.images,
    ...(options.databaseUrl === undefined ? {} : { postgres: options.databaseUrl }),
  });
  tell.line(`   ${emulator.url}; Cloud SQL is a real PostgreSQL, Cloud Run starts the executor as a process`);
  const issuer = await startTokenIssuer(parts.auth.issuer, parts.auth.audience);
  const pulumi = await openPulumi(checkout, join(folder, "backend"));
  try {
    const plan = planOf("demo", "examples/reservations", parts.image);
    await deploy(pulumi, emulator, plan, parts.pack, tell);
    const url = await urlOf(pulumi, plan);
    tell.step("Call the live API");
    await takeTour(url, issuer, tell);
    tell.step("Read the audit records of these calls, as the admin identity");
    for (const line of await readAuditRecords(await auditReaderOf(pulumi, emulator, plan), 5)) tell.line(`   ${line}`);
    await tryRed(pulumi, emulator, parts.image, parts.pack, tell);
    if (!options.once) await stayUp(url, tell);
  } finally {
    await end(emulator, issuer);
  }
}

function planOf(stack: string, specs: string, image: string): StackPlan {
  const secrets = {
    "housekeeping-api-key": "demo-key",
    "payments-webhook-key": "demo-webhook-key",
    "stripe-api-key": "demo",
  };
  return { stack, specs, environment: "local", image, secrets, folder };
}

type Emulator = Awaited<ReturnType<typeof startEmulator>>;

async function deploy(
  pulumi: Pulumi,
  emulator: Emulator,
  plan: StackPlan,
  pack: string,
  tell: Narrator,
): Promise<void> {
  tell.step(`pulumi up --policy-pack, of ${plan.specs}`);
  await prepareStack(pulumi, emulator, plan);
  const { code, output } = await up(pulumi, plan, pack, (line) => {
    if (/error|warning|\[mandatory\]|\[advisory\]/i.test(line)) tell.line(`   ${line.trim()}`);
  });
  if (code !== 0) throw new Error(`pulumi up failed:\n${output}`);
  for (const line of summaryOf(output)) tell.line(`   ${line}`);
}

/** The second example must be blocked, with its findings, and leave nothing. */
async function tryRed(pulumi: Pulumi, emulator: Emulator, image: string, pack: string, tell: Narrator): Promise<void> {
  const plan = planOf("red", "examples/reservations-red", image);
  tell.step(`pulumi up --policy-pack, of ${plan.specs}: must be blocked`);
  await prepareStack(pulumi, emulator, plan);
  const { code, output } = await up(pulumi, plan, pack, () => undefined);
  const lines = output.split("\n").map((line) => line.trim());
  const findings = new Set(lines.filter((line) => line.startsWith("RED ")));
  for (const line of findings) tell.line(`   ${line}`);
  if (code === 0 || findings.size === 0) throw new Error(`the Red example was not blocked:\n${output}`);
  const { resources } = await readStackState(pulumi, plan.stack);
  if (resources.length > 0) throw new Error(`the blocked update left ${String(resources.length)} resources`);
  tell.line(`   Blocked (exit code ${String(code)}); the stack has no resource, nothing changed.`);
}

function summaryOf(output: string): readonly string[] {
  const start = output.lastIndexOf("Resources:");
  return start < 0
    ? []
    : output
        .slice(start)
        .trim()
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean);
}

async function stayUp(url: string, tell: Narrator): Promise<void> {
  tell.step("The API stays up");
  tell.line(`   ${url} (Ctrl-C ends it)`);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
}

async function end(emulator: Emulator, issuer: TokenIssuer): Promise<void> {
  await issuer.close();
  await emulator.stop();
}

const tell = narrate(process.stdout);
try {
  await main(readOptions(process.argv.slice(2), process.env), tell);
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
