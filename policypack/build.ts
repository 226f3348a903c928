// Builds dist/: a folder that any Pulumi engine can boot as a policy pack, without an installation and outside this repository.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const source = dirname(fileURLToPath(import.meta.url));
/** `node policypack/build.ts [FOLDER [MAIN]]`; another main file makes another pack in the same way, which benches compare with. */
const dist = resolve(process.argv[2] ?? join(source, "dist"));
const main = resolve(process.argv[3] ?? join(source, "index.ts"));
const require = createRequire(import.meta.url);

interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

async function buildPack(): Promise<void> {
  const manifest = JSON.parse(await readFile(join(source, "package.json"), "utf8")) as Manifest;
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  await bundlePack();
  // PostgreSQL's parser looks for its code beside the file that it was bundled into.
  await cp(join(dirname(require.resolve("libpg-query")), "libpg-query.wasm"), join(dist, "libpg-query.wasm"));
  await writePack(manifest);
  await writeRunner(manifest.dependencies["@pulumi/pulumi"] ?? "");
}

async function bundlePack(): Promise<void> {
  await build({
    entryPoints: [main],
    outfile: join(dist, "index.js"),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    minifySyntax: true,
    legalComments: "linked",
    logLevel: "error",
    plugins: [onlyAssetsAndOutputs, unpackInputsOnce],
    // The pack is CommonJS, because Pulumi requires it; some of its modules ask where they are.
    define: { "import.meta.url": "importMetaUrl", "import.meta.dirname": "__dirname" },
    banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
  });
}

/**
 * @pulumi/policy imports the whole SDK (with a TypeScript compiler and npm's installer, 12 MB) for its asset classes and
 * `Output`. They are taken from the modules that hold them.
 */
const onlyAssetsAndOutputs: Plugin = {
  name: "only-assets-and-outputs",
  setup: (builder) => {
    builder.onResolve({ filter: /^@pulumi\/pulumi$/ }, ({ importer }) =>
      importer.includes("@pulumi/policy")
        ? { path: "@pulumi/pulumi", namespace: "pulumi-part", pluginData: dirname(importer) as unknown }
        : undefined,
    );
    builder.onLoad({ filter: /.*/, namespace: "pulumi-part" }, ({ pluginData }) => ({
      contents: `exports.asset = require("@pulumi/pulumi/asset"); exports.Output = require("@pulumi/pulumi/output").Output;`,
      // Not in the path, which the output names: no machine's folders stand in a pack.
      resolveDir: String(pluginData),
    }));
  },
};

/**
 * The SDK unpacks a resource's inputs anew for each of its policies, of which there are dozens here, each only reading them. The
 * request's message is one object per resource: what was unpacked from it is kept as long as it is.
 */
const unpackInputsOnce: Plugin = {
  name: "unpack-inputs-once",
  setup: (builder) => {
    builder.onLoad({ filter: /@pulumi[\\/]policy[\\/]deserialize\.js$/ }, async ({ path }) => ({
      contents: `${await readFile(path, "utf8")}
const unpack = exports.deserializeProperties;
const unpacked = new WeakMap();
exports.deserializeProperties = (message, keepsSecrets) => {
  if (keepsSecrets) return unpack(message, keepsSecrets);
  if (!unpacked.has(message)) unpacked.set(message, unpack(message, keepsSecrets));
  return unpacked.get(message);
};
`,
      loader: "js",
    }));
  },
};

async function writePack({ version, license }: Manifest): Promise<void> {
  const manifest = { name: "lintel-policy-pack", version, license, private: true, main: "index.js" };
  await writeFile(join(dist, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await writeFile(
    join(dist, "PulumiPolicy.yaml"),
    "description: Judges Lintel specs before they are deployed.\nruntime:\n  name: nodejs\n  options: { typescript: false }\nmain: index.js\n",
  );
}

/**
 * Pulumi's language host boots a pack with the `run-policy-pack` script of the @pulumi/pulumi that the pack resolves to. Ours
 * only requires the pack: no installation of 100 MB, and no TypeScript compiler that is loaded for nothing.
 */
async function writeRunner(version: string): Promise<void> {
  const sdk = join(dist, "node_modules", "@pulumi", "pulumi");
  await mkdir(join(sdk, "cmd", "run-policy-pack"), { recursive: true });
  await writeFile(
    join(sdk, "package.json"),
    `${JSON.stringify({ name: "@pulumi/pulumi", version, private: true }, null, 2)}\n`,
  );
  await writeFile(
    join(sdk, "cmd", "run-policy-pack", "index.js"),
    "// Arguments: ENGINE_ADDRESS PACK_FOLDER\nrequire(process.argv[3]);\n",
  );
}

await buildPack();
