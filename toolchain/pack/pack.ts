// `node toolchain/pack/pack.ts [FOLDER]`: every package as it is published, each in a folder that `npm pack` takes.
import { execFile } from "node:child_process";
import { cp, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { buildCommand } from "../../cli/build.ts";
import { buildProgram } from "../../executor/build.ts";
import { compileLibraries } from "./compile-packages.ts";
import { manifestOf, type PublishedPackage, publishedPackages, repository } from "./published.ts";

const run = promisify(execFile);

/** Writes the packages below `folder`, emptied before, and resolves to their folders by name. */
export async function writePackages(folder: string): Promise<ReadonlyMap<string, string>> {
  await rm(folder, { recursive: true, force: true });
  const compiled = join(folder, ".compiled");
  await compileLibraries(compiled);
  const folders = new Map<string, string>();
  for (const published of publishedPackages) {
    const target = join(folder, published.workspace);
    await mkdir(target, { recursive: true });
    await fill[published.name]?.(target, compiled);
    await describe(published, target);
    folders.set(published.name, target);
  }
  await rm(compiled, { recursive: true, force: true });
  return folders;
}

type Fill = (target: string, compiled: string) => Promise<void>;

const fill: Readonly<Record<string, Fill>> = {
  lintel: async (target, compiled) => {
    await buildCommand(target);
    await cp(join(compiled, "specs", "schemas"), join(target, "schemas"), { recursive: true });
    await cp(join(repository, "cli/report/check-report.schema.json"), join(target, "schemas/check-report.schema.json"));
    // The node schemas that tool.schema.json refers to.
    await cp(join(repository, "specs", "nodes"), join(target, "nodes"), {
      recursive: true,
      filter: (path) => !path.endsWith(".ts") && !path.endsWith(".yaml"),
    });
  },
  "@lintel/specs": (target, compiled) => rename(join(compiled, "specs"), target),
  "@lintel/policypack": async (target, compiled) => {
    await rename(join(compiled, "policypack", "risk"), join(target, "risk"));
    await run(process.execPath, [join(repository, "policypack", "build.ts"), join(target, "pack")], {
      cwd: repository,
    });
    // npm packs only the node_modules at the top; Pulumi looks for the runner from the pack upwards.
    await rename(join(target, "pack", "node_modules"), join(target, "node_modules"));
    await writeFile(
      join(target, "PulumiPolicy.yaml"),
      "description: Judges Lintel specs before they are deployed.\nruntime:\n  name: nodejs\n  options: { typescript: false }\nmain: pack/index.js\n",
    );
  },
  "@lintel/executor": async (target) => {
    await buildProgram(join(target, "dist", "main.mjs"));
    await cp(join(repository, "executor", "image", "Dockerfile"), join(target, "image", "Dockerfile"));
    await writeFile(
      join(target, "index.js"),
      `/** The executor as one file, and what its image is built by. */
export const programFile = new URL("./dist/main.mjs", import.meta.url);
export const dockerfile = new URL("./image/Dockerfile", import.meta.url);
`,
    );
    await writeFile(
      join(target, "index.d.ts"),
      "export declare const programFile: URL;\nexport declare const dockerfile: URL;\n",
    );
  },
  "@lintel/components": (target, compiled) => rename(join(compiled, "components"), target),
};

async function describe(published: PublishedPackage, target: string): Promise<void> {
  await writeFile(join(target, "package.json"), `${JSON.stringify(await manifestOf(published), null, 2)}\n`);
  await cp(join(repository, "LICENSE"), join(target, "LICENSE"));
  await writeFile(join(target, "README.md"), `# ${published.name}\n\n${readme[published.name] ?? ""}\n`);
}

const readme: Readonly<Record<string, string>> = {
  lintel: "The `lintel` command: backends as specs, judged before they are deployed. `npx lintel --help`",
  "@lintel/specs": "The spec language of Lintel: JSON Schemas, loader, compiler, Value expressions, diff.",
  "@lintel/policypack":
    "The risk engine of Lintel as a Pulumi policy pack: `pulumi preview --policy-pack node_modules/@lintel/policypack`.\nThe engine alone is `@lintel/policypack/risk`.",
  "@lintel/executor": "The service that runs Lintel specs, as one file (`dist/main.mjs`), and its Dockerfile.",
  "@lintel/components":
    'Pulumi components that provision a Lintel workspace: `import { Workspace } from "@lintel/components"`.',
};

if (import.meta.main) {
  const folder = resolve(process.argv[2] ?? join(repository, "dist", "packages"));
  for (const [name, path] of await writePackages(folder)) process.stdout.write(`${name}\t${path}\n`);
}
