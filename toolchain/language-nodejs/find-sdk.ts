import { createRequire } from "node:module";
import { join } from "node:path";

/** The scripts of @pulumi/pulumi that run a program or a policy pack. */
export type SdkScript = "run" | "run-policy-pack";

/**
 * Finds a script in the @pulumi/pulumi that the program itself resolves to: with another copy, resources and settings
 * would live in two module instances. Throws an Error with the remedy when there is none.
 */
export function findSdkScript(script: SdkScript, programFolder: string): string {
  const require = createRequire(join(programFolder, "index.js"));
  try {
    return require.resolve(`@pulumi/pulumi/cmd/${script}/index.js`);
  } catch (cause) {
    throw new Error(`@pulumi/pulumi is not installed for ${programFolder}: run npm install there`, { cause });
  }
}
