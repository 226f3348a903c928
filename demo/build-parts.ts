import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { writeImageContext } from "@lintel/executor";
import { type Auth, compileFolder } from "@lintel/specs";
import { fileProcessImage } from "./images.ts";

export interface PartsPlan {
  readonly checkout: string;
  /** Where contexts and images go. */
  readonly folder: string;
  readonly specs: string;
  readonly environment: string;
  readonly region: string;
}

/** What the demo deploys. */
export interface Parts {
  /** Folder of the built policy pack. */
  readonly pack: string;
  /** Digest-pinned reference of the executor's image. */
  readonly image: string;
  /** Folder of process images, for the emulator. */
  readonly images: string;
  readonly auth: Auth;
  readonly notes: readonly string[];
}

/** Builds the policy pack and the executor, and lays an image around the example's bundle. */
export async function buildParts(plan: PartsPlan): Promise<Parts> {
  await Promise.all([runScript(plan.checkout, "policypack/build.ts"), runScript(plan.checkout, "executor/build.ts")]);
  const { specs, diagnostics } = await compileFolder(join(plan.checkout, plan.specs), {
    environment: plan.environment,
  });
  if (specs === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const context = join(plan.folder, "context");
  const images = join(plan.folder, "images");
  await writeImageContext({ bundle: specs.bundle, folder: context });
  const repository = `${plan.region}-docker.pkg.dev/lintel-demo/reservations/executor`;
  const image = await fileProcessImage(context, images, repository);
  return {
    pack: join(plan.checkout, "policypack", "dist"),
    image,
    images,
    auth: specs.bundle.workspace.auth,
    notes: [`bundle ${specs.bundle.digest}`, `image  ${image}`],
  };
}

async function runScript(checkout: string, script: string): Promise<void> {
  const child = spawn(process.execPath, [join(checkout, script)], {
    cwd: checkout,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${script} ended with ${String(code)}`);
}
