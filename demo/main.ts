// `npm run demo`: a real `pulumi up` of the first example against an emulated Google Cloud, a tour of the live API, and
// the second example, which is blocked.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Emulator, startEmulator } from "@lintel/emulator";
import type { Bundle } from "@lintel/specs";
import { readAuditRecords } from "./audit-records.ts";
import { buildParts } from "./build-parts.ts";
import {
  auditReaderOf,
  exampleSecrets,
  prepareStack,
  project,
  region,
  type StackPlan,
  up,
  urlOf,
} from "./deployment.ts";
import { dockerRoute } from "./docker-image.ts";
import type { ImageRoute } from "./image-route.ts";
import { awaitInterruption, Interrupted, type Interruption } from "./interruption.ts";
import { type Narrator, narrate } from "./narrator.ts";
import { type DemoOptions, readOptions } from "./options.ts";
import { processRoute } from "./process-image.ts";
import { openPulumi, type Pulumi } from "./pulumi.ts";
import { bundleOf } from "./specs.ts";
import { readStackState } from "./state-of-stack.ts";
import { startTokenIssuer, type TokenIssuer } from "./token-issuer.ts";
import { takeTour } from "./tour.ts";

const checkout = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const folder = join(checkout, ".lintel", "demo");
const environment = "local";
const example = "examples/reservations";
const redExample = "examples/reservations-red";

async function main(options: DemoOptions, tell: Narrator, interruption: Interruption): Promise<void> {
  const bundle = await bundleOf(checkout, example, environment);
  // First of all: while another demo has the port, its folder must stay.
  const issuer = await startTokenIssuer(bundle.workspace.auth.issuer, bundle.workspace.auth.audience);
  try {
    await rm(folder, { recursive: true, force: true });
    tell.step("Build the executor and the policy pack");
    const parts = await buildParts(checkout);
    const route = await chooseRoute(options, bundle, parts.program, tell);
    for (const line of [`bundle ${bundle.digest}`, ...route.notes]) tell.line(`   ${line}`);
    try {
      await inCloud(options, route, parts.pack, issuer, tell, interruption);
    } finally {
      await route.stop();
    }
  } finally {
    await issuer.close();
  }
}

/** Containers where there is a Docker engine, else a process, and why. */
async function chooseRoute(options: DemoOptions, bundle: Bundle, program: string, tell: Narrator): Promise<ImageRoute> {
  const docker = options.withoutDocker ? { reason: "--without-docker was given" } : await dockerRoute(checkout);
  if (!("reason" in docker)) return docker;
  tell.line(`   No containers, because ${docker.reason}: the executor runs as a process.`);
  const repository = `${region}-docker.pkg.dev/${project}/reservations/executor`;
  return processRoute({ bundle, program, folder, repository });
}

async function inCloud(
  options: DemoOptions,
  route: ImageRoute,
  pack: string,
  issuer: TokenIssuer,
  tell: Narrator,
  interruption: Interruption,
): Promise<void> {
  tell.step("Start Google Cloud on loopback");
  const emulator = await startEmulator({
    state: join(folder, "cloud"),
    ...route.emulator,
    ...(options.databaseUrl === undefined ? {} : { postgres: options.databaseUrl }),
  });
  try {
    const runs = route.emulator.docker === undefined ? "a process" : "a container";
    tell.line(`   ${emulator.url}; Cloud SQL is a real PostgreSQL, Cloud Run starts the executor as ${runs}`);
    const pulumi = await openPulumi(checkout, join(folder, "backend"), route.environment, interruption.signal);
    try {
      const url = await interruption.orWork(showAll(pulumi, emulator, route, pack, issuer, tell));
      if (!options.once) await stayUp(url, tell, interruption);
    } finally {
      await pulumi.ended();
    }
  } finally {
    await emulator.stop();
  }
}

/** Deploys the first example, calls it, reads its audit log, tries the second; answers the API's URL. */
async function showAll(
  pulumi: Pulumi,
  emulator: Emulator,
  route: ImageRoute,
  pack: string,
  issuer: TokenIssuer,
  tell: Narrator,
): Promise<string> {
  const plan = planOf("demo", example, route);
  await deploy(pulumi, emulator, plan, pack, tell);
  const url = await urlOf(pulumi, plan);
  tell.step("Call the live API");
  await takeTour(url, issuer, tell);
  tell.step("Read the audit records of these calls, as the admin identity");
  for (const line of await readAuditRecords(await auditReaderOf(pulumi, emulator, plan), 5)) tell.line(`   ${line}`);
  await tryRed(pulumi, emulator, planOf("red", redExample, route), pack, tell);
  return url;
}

function planOf(stack: string, specs: string, { config }: ImageRoute): StackPlan {
  return { checkout, stack, specs, environment, image: config, secrets: exampleSecrets, folder };
}

async function deploy(
  pulumi: Pulumi,
  emulator: Emulator,
  plan: StackPlan,
  pack: string,
  tell: Narrator,
): Promise<void> {
  tell.step(`pulumi up --policy-pack, of ${plan.specs}`);
  await prepareStack(pulumi, emulator, plan);
  const told = new Set<string>();
  const { code, output } = await up(pulumi, plan, pack, (line) => {
    // The preview and the update say the same.
    if (!/\b(error|warning): |^\s*(RED|YELLOW) /.test(line) || told.has(line)) return;
    told.add(line);
    tell.line(`   ${line.trim()}`);
  });
  if (code !== 0) throw new Error(`pulumi up failed:\n${output}`);
  for (const line of summaryOf(output)) tell.line(`   ${line}`);
}

/** The second example must be blocked, with its findings, and leave nothing. */
async function tryRed(
  pulumi: Pulumi,
  emulator: Emulator,
  plan: StackPlan,
  pack: string,
  tell: Narrator,
): Promise<void> {
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

async function stayUp(url: string, tell: Narrator, interruption: Interruption): Promise<void> {
  tell.step("The API stays up");
  tell.line(`   ${url} (Ctrl-C ends it)`);
  await interruption.came;
}

const tell = narrate(process.stdout);
try {
  await main(readOptions(process.argv.slice(2), process.env), tell, awaitInterruption());
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof Interrupted ? 130 : 1;
}
// Signals stay handled until here, so that a second Ctrl-C does not leave half of it running.
process.exit();
