import { join } from "node:path";
import { build } from "esbuild";

/** Dependencies that are CommonJS ask for `require`, which a module has to make. */
const banner = `import { createRequire as lintelCreateRequire } from "node:module";
const require = lintelCreateRequire(import.meta.url);`;

/** The executor that kills itself as one file, as it is deployed: it starts often here. */
export async function buildCrashProgram(folder: string): Promise<string> {
  const outfile = join(folder, "crash-executor.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "crash-executor.ts")],
    outfile,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "esm",
    keepNames: true,
    banner: { js: banner },
    // What no test of faults loads.
    external: ["pg-native", "libpg-query", "*/open-telemetry.ts"],
    logLevel: "warning",
  });
  return outfile;
}
