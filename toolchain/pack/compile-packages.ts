// Decision 0014: Node strips types only outside node_modules, so that packages hold JavaScript and declarations.
import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { standaloneValidators } from "@lintel/specs";
import { build } from "esbuild";
import { repository } from "./published.ts";

const run = promisify(execFile);

/** Compiles the libraries into `folder`, each below the name of its workspace. */
export async function compileLibraries(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  await run(process.execPath, [compiler, "-p", "tsconfig.publish.json", "--outDir", folder], { cwd: repository });
  await nameDeclarations(folder);
  await precompileValidators(join(folder, "specs"));
  await copySchemas(join(folder, "specs"));
}

/** The compiler rewrites `./x.ts` to `./x.js` in code, and leaves it in declarations. */
async function nameDeclarations(folder: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith(".d.ts")) continue;
    const text = await readFile(join(folder, name), "utf8");
    await writeFile(join(folder, name), text.replace(/((?:from|import) ?\(?"\.[^"]*)\.ts"/g, '$1.js"'));
  }
}

/** The loader's validators as code, as in the command's bundle; ajv's few run-time parts are inside. */
async function precompileValidators(specs: string): Promise<void> {
  const { outputFiles } = await build({
    stdin: { contents: standaloneValidators(), resolveDir: join(repository, "specs", "load") },
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node22",
    minifySyntax: true,
    logLevel: "warning",
  });
  await writeFile(join(specs, "load", "shape-validators.js"), outputFiles[0]?.text ?? "");
}

/** Those of node types too: the published schemas name each other by relative paths. */
async function copySchemas(specs: string): Promise<void> {
  const source = join(repository, "specs");
  await cp(join(source, "schemas"), join(specs, "schemas"), { recursive: true });
  for (const type of await readdir(join(source, "nodes"), { withFileTypes: true })) {
    if (!type.isDirectory()) continue;
    await mkdir(join(specs, "nodes", type.name), { recursive: true });
    for (const name of ["schema.json", "example.yaml"]) {
      await cp(join(source, "nodes", type.name, name), join(specs, "nodes", type.name, name));
    }
  }
}
