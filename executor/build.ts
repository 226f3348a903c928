// Builds the executor as one file: nothing to resolve at a cold start, and nothing in the image but Node, this file and a bundle.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { embedTelemetry } from "./embed-telemetry.ts";
import { requiredBuiltins } from "./required-builtins.ts";

/** Where the program is written by default. */
const programFile = join(import.meta.dirname, "dist", "main.mjs");

/** Dependencies that are CommonJS ask for `require`, which a module has to make. */
const banner = `import { createRequire as lintelCreateRequire } from "node:module";
const require = lintelCreateRequire(import.meta.url);`;

const options = {
  platform: "node",
  target: "node22",
  format: "esm",
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  legalComments: "none",
  logLevel: "warning",
  absWorkingDir: join(import.meta.dirname, ".."),
} as const;

/** Writes the program; the same sources give the same bytes. */
export async function buildProgram(outfile: string = programFile): Promise<string> {
  await mkdir(join(outfile, ".."), { recursive: true });
  // Only for who builds: the program itself, and commands that run it, need no bundler.
  const { build } = await import("esbuild");
  await build({
    ...options,
    entryPoints: [join(import.meta.dirname, "main.ts")],
    outfile,
    bundle: true,
    banner: { js: banner },
    // Absent by choice: pg's native driver, and the SQL parser, without which bundles that hold SQL are refused.
    external: ["pg-native", "libpg-query"],
    plugins: [requiredBuiltins, embedTelemetry(options)],
  });
  return outfile;
}

if (import.meta.main) await buildProgram();
