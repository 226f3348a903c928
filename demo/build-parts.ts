import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** What the demo deploys, built. */
export interface Parts {
  /** Folder of the policy pack. */
  readonly pack: string;
  /** The executor's one file. */
  readonly program: string;
}

/** Builds the policy pack and the executor where `npm run build` has them. */
export async function buildParts(checkout: string): Promise<Parts> {
  await Promise.all([runScript(checkout, "policypack/build.ts"), runScript(checkout, "executor/build.ts")]);
  return {
    pack: join(checkout, "policypack", "dist"),
    program: join(checkout, "executor", "dist", "main.mjs"),
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
