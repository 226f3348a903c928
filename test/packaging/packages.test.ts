import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writePackages } from "../../toolchain/pack/pack.ts";

const run = promisify(execFile);
const repository = join(import.meta.dirname, "../..");
const state = { folder: "", project: "", packages: new Map<string, string>() as ReadonlyMap<string, string> };

/** Packs every package and installs the tarballs, with their dependencies from the registry or npm's cache, in an empty folder. */
beforeAll(async () => {
  state.folder = await mkdtemp(join(tmpdir(), "lintel-packages-"));
  state.packages = await writePackages(join(state.folder, "packages"));
  const tarballs = join(state.folder, "tarballs");
  await mkdir(tarballs);
  const dependencies: [string, string][] = [];
  for (const [name, path] of state.packages) {
    const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", tarballs], { cwd: path });
    dependencies.push([name, `file:${join(tarballs, filenameIn(stdout))}`]);
  }
  state.project = join(state.folder, "project");
  await mkdir(state.project);
  const manifest = { private: true, type: "module", dependencies: Object.fromEntries(dependencies) };
  await writeFile(join(state.project, "package.json"), JSON.stringify(manifest));
  const quietly = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  await run("npm", ["install", ...quietly, "@types/node@24"], { cwd: state.project });
}, 400_000);

afterAll(async () => {
  if (state.folder !== "") await rm(state.folder, { recursive: true, force: true });
});

function filenameIn(json: string): string {
  const packed: unknown = JSON.parse(json);
  const [first] = (Array.isArray(packed) ? packed : Object.values(packed as object)) as { readonly filename: string }[];
  return first?.filename ?? "";
}

function npx(...args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return run("npx", ["--no-install", ...args], { cwd: state.project });
}

describe("the command, installed", () => {
  it("says its version", async () => {
    const { version } = JSON.parse(await readFile(join(repository, "cli/package.json"), "utf8")) as { version: string };
    expect((await npx("lintel", "--version")).stdout.trim()).toBe(version);
  });

  it("checks an example, and one with SQL by PostgreSQL's own parser", async () => {
    const checked = await npx("lintel", "check", join(repository, "examples/reservations"), "--format", "json");
    expect(JSON.parse(checked.stdout)).toMatchObject({ errors: [], level: "yellow" });
    const red = npx("lintel", "check", join(repository, "examples/reservations-red"), "--format", "json");
    const { stdout } = await red.catch((error: unknown) => error as { readonly stdout: string });
    expect(stdout).toContain('"raw-write"');
  });

  it("brings the JSON Schemas that editors ask for, with everything they refer to", async () => {
    const installed = join(state.project, "node_modules/lintel");
    for (const name of await readdir(join(installed, "schemas"))) {
      const text = await readFile(join(installed, "schemas", name), "utf8");
      const files = [...text.matchAll(/"\$ref": "([^"#]+)/g)].map(([, file = ""]) => join(installed, "schemas", file));
      for (const file of files) await readFile(file);
    }
  });
});

describe("the libraries, installed", () => {
  const program = `import { Workspace } from "@lintel/components";
import { analyse, type RiskReport } from "@lintel/policypack/risk";
import { compileFolder } from "@lintel/specs";
import { programFile } from "@lintel/executor";
export const workspace = (): Workspace =>
  new Workspace("reservations", { specs: "specs", project: "acme", region: "europe-west1" });
const { specs, diagnostics } = await compileFolder(process.argv[2] ?? "");
if (specs === undefined) throw new Error(JSON.stringify(diagnostics));
const report: RiskReport = analyse(specs.bundle, specs.acknowledgements, new Date(), specs.sources);
console.log(report.level, typeof Workspace, programFile.pathname.endsWith("main.mjs"));
`;

  it("have types that a strict program compiles with", async () => {
    await writeFile(join(state.project, "program.ts"), program);
    const options = ["--strict", "--target", "es2024", "--module", "nodenext", "--types", "node"];
    const compiler = join(repository, "node_modules/typescript/bin/tsc");
    await run(process.execPath, [compiler, ...options, "program.ts"], { cwd: state.project }).catch(
      (error: unknown) => {
        throw new Error((error as { readonly stdout: string }).stdout);
      },
    );
  });

  it("load and work under plain Node", async () => {
    const args = ["program.js", join(repository, "examples/reservations")];
    const { stdout } = await run(process.execPath, args, { cwd: state.project });
    expect(stdout.trim()).toBe("yellow function true");
  });

  it("hold compiled code only, and name no machine", async () => {
    for (const [name, path] of state.packages) {
      const files = await readdir(path, { recursive: true });
      expect(
        files.filter((file) => /(?<!\.d)\.ts$/.test(file)),
        name,
      ).toEqual([]);
      for (const file of files.filter((one) => /\.(m?js|json|d\.ts|md|ya?ml)$/.test(one))) {
        const text = await readFile(join(path, file), "utf8");
        expect(text.includes(repository), `${name}/${file}`).toBe(false);
      }
    }
  });
});

describe("the policy pack, installed", () => {
  it("is served by the runner that Pulumi starts for its folder", async () => {
    const folder = join(state.project, "node_modules/@lintel/policypack");
    const runner = join(folder, "node_modules/@pulumi/pulumi/cmd/run-policy-pack/index.js");
    const pack = spawn(process.execPath, [runner, "127.0.0.1:1", folder], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      expect(Number((await firstOf(pack.stdout)).trim())).toBeGreaterThan(1023); // the port that it listens on
    } finally {
      pack.kill("SIGKILL");
    }
  });
});

async function firstOf(stream: NodeJS.ReadableStream): Promise<string> {
  for await (const chunk of stream) return chunk.toString();
  return "";
}
