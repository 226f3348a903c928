// Builds the executor as one file: nothing to resolve at a cold start, and nothing in the image but Node, this file and a bundle.
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";
import { programHeader } from "./boot/take-snapshot.ts";
import { embedTelemetry } from "./embed-telemetry.ts";
import { billOfMaterials, bundledFiles } from "./image/bill-of-materials.ts";
import { lazyBuiltins } from "./lazy-builtins.ts";

/** Where the program is written by default. */
const programFile = join(import.meta.dirname, "dist", "main.mjs");

const shared = {
  platform: "node",
  target: "node22",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  logLevel: "warning",
  absWorkingDir: join(import.meta.dirname, ".."),
} as const;

/** A script below a header that makes it a module: V8 takes no snapshot of modules, and what starts from one cannot import. */
const options = { ...shared, format: "cjs", supported: { "dynamic-import": false } } as const;

/** PostgreSQL's parser, which an image holds only where its bundle holds SQL: it is as large as the program. */
export const sqlParserFiles = ["sql-parser.mjs", "libpg-query.wasm"] as const;

/** What the program and the parser are made of: a CycloneDX bill of materials, which stands beside the program in the image too. */
export const billFile = "sbom.cdx.json";

/** The parser finds its WebAssembly beside itself, by names that a module has to make. */
const parserBanner = `import { createRequire as lintelCreateRequire } from "node:module";
const require = lintelCreateRequire(import.meta.url);
const __filename = require("node:url").fileURLToPath(import.meta.url);
const __dirname = require("node:path").dirname(__filename);`;

/** Writes the program, and beside it the SQL parser and the bill of materials; the same sources give the same bytes. */
export async function buildProgram(outfile: string = programFile): Promise<string> {
  await mkdir(join(outfile, ".."), { recursive: true });
  // Only for who builds: the program itself, and commands that run it, need no bundler.
  const { build } = await import("esbuild");
  const files = new Set<string>();
  const tell = (more: readonly string[]): void => more.forEach((file) => void files.add(file));
  const program = await build({
    metafile: true,
    ...options,
    entryPoints: [join(import.meta.dirname, "main.ts")],
    outfile,
    bundle: true,
    banner: { js: programHeader },
    // Absent by choice: pg's native driver.
    external: ["pg-native"],
    plugins: [lazyBuiltins, embedTelemetry(options, tell), besideTheProgram],
  });
  const [parser, code] = sqlParserFiles.map((name) => join(dirname(outfile), name));
  const library = fileURLToPath(import.meta.resolve("libpg-query"));
  const sqlParser = await build({
    metafile: true,
    ...shared,
    format: "esm",
    // Its module, whose exports have names; what `main` names is CommonJS.
    entryPoints: [join(dirname(library), "index.js")],
    outfile: parser ?? "",
    bundle: true,
    banner: { js: parserBanner },
  });
  await copyFile(join(dirname(library), "libpg-query.wasm"), code ?? "");
  for (const { metafile } of [program, sqlParser]) tell(bundledFiles(metafile));
  await writeFile(join(dirname(outfile), billFile), await billOfMaterials(shared.absWorkingDir, files));
  return outfile;
}

/** Loaded when a bundle holds SQL, from the file that stands beside the program. */
const besideTheProgram: Plugin = {
  name: "sql-parser",
  setup: (build) => {
    build.onResolve({ filter: /^libpg-query$/ }, ({ path }) => ({ path, namespace: "sql-parser" }));
    build.onLoad({ filter: /.*/, namespace: "sql-parser" }, () => ({
      contents: `import { createRequire } from "node:module";
module.exports = createRequire(process.argv[1])("./${sqlParserFiles[0]}");`,
    }));
  },
};

if (import.meta.main) await buildProgram();
