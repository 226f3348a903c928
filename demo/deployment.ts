// One stack of the repository's own Pulumi program, with the emulator as its cloud.
import { rename } from "node:fs/promises";
import { join } from "node:path";
import type { Emulator } from "@lintel/emulator";
import type { AuditReader } from "./audit-records.ts";
import type { Pulumi, PulumiRun } from "./pulumi.ts";
import { readStackState } from "./state-of-stack.ts";

export const project = "lintel-demo";
export const region = "europe-west1";

/** Values of the secrets that the examples name. */
export const exampleSecrets = {
  "housekeeping-api-key": "demo-key",
  "payments-webhook-key": "demo-webhook-key",
  "stripe-api-key": "demo",
};

export interface StackPlan {
  /** The repository, a Pulumi project. */
  readonly checkout: string;
  readonly stack: string;
  /** Spec folder, relative to the repository. */
  readonly specs: string;
  readonly environment: string;
  /** What the configuration says about the executor's image. */
  readonly image: Readonly<Record<string, string>>;
  /** Values by secret name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Folder for the stack's configuration file, so that none is left in the repository. */
  readonly folder: string;
}

/** Makes the stack and sets its configuration, as a team would with `pulumi config set`. */
export async function prepareStack(pulumi: Pulumi, emulator: Emulator, plan: StackPlan): Promise<void> {
  await pulumi.must(["stack", "init", plan.stack]);
  // It writes the stack's salt into the project, whose owner shall find nothing there.
  await rename(join(plan.checkout, `Pulumi.${plan.stack}.yaml`), configFile(plan));
  const workspace = plan.specs.split("/").at(-1) ?? plan.specs;
  const plain = {
    "gcp:project": project,
    "gcp:region": region,
    "gcp:accessToken": emulator.accessToken,
    ...Object.fromEntries(Object.entries(emulator.endpoints).map(([name, url]) => [`gcp:${name}`, url])),
    "lintel:specs": plan.specs,
    "lintel:environment": plan.environment,
    "lintel:deletionProtection": "false",
    ...plan.image,
  };
  const pairs = Object.entries(plain).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
  await pulumi.must(["config", "set-all", ...inStack(plan), ...pairs]);
  for (const [name, value] of Object.entries(plan.secrets)) {
    const path = `lintel:secrets.${workspace}.${name}`;
    await pulumi.must(["config", "set", ...inStack(plan), "--secret", "--path", path, value]);
  }
}

/** `pulumi up` with the policy pack on; `show` gets its lines. */
export function up(pulumi: Pulumi, plan: StackPlan, pack: string, show: (line: string) => void): Promise<PulumiRun> {
  return pulumi.run(["up", "--yes", "--skip-preview=false", "--policy-pack", pack, ...inStack(plan)], show);
}

/** Where the deployed workspace answers. */
export async function urlOf(pulumi: Pulumi, plan: StackPlan): Promise<string> {
  const outputs = JSON.parse(await pulumi.must(["stack", "output", "--json", "--stack", plan.stack])) as {
    readonly workspaces: Readonly<Record<string, { readonly url: string }>>;
  };
  const [workspace] = Object.values(outputs.workspaces);
  if (workspace === undefined) throw new Error("the stack deployed no workspace");
  return workspace.url;
}

/** How the deployed workspace's admin identity reaches its database. */
export async function auditReaderOf(pulumi: Pulumi, emulator: Emulator, plan: StackPlan): Promise<AuditReader> {
  const state = await readStackState(pulumi, plan.stack);
  const instance = state.outputsOf("gcp:sql/databaseInstance:DatabaseInstance");
  const database = state.outputsOf("gcp:sql/database:Database");
  const admin = state.outputsOf("gcp:serviceaccount/account:Account", ({ accountId }) =>
    /admin/.test(String(accountId)),
  );
  const email = String(admin["email"]);
  const [authority] = plain(instance["serverCaCerts"]) as readonly { readonly cert: string }[];
  return {
    host: String(instance["privateIpAddress"]),
    database: String(database["name"]),
    user: email.replace(/\.gserviceaccount\.com$/, ""),
    password: await emulator.serviceAccountToken(email),
    ca: authority?.cert ?? "",
  };
}

/** A secret output is exported as an object that holds its JSON. */
function plain(output: unknown): unknown {
  const isSecret = typeof output === "object" && output !== null && "plaintext" in output;
  return isSecret ? JSON.parse(String(output.plaintext)) : output;
}

/** Arguments that name the stack and its configuration. */
export function inStack(plan: StackPlan): readonly string[] {
  return ["--stack", plan.stack, "--config-file", configFile(plan)];
}

function configFile({ folder, stack }: StackPlan): string {
  return join(folder, `Pulumi.${stack}.yaml`);
}
