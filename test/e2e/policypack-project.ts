import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CompiledSpecs, compileFolder, shortDigest, slicesOf } from "@lintel/specs";

const checkout = fileURLToPath(new URL("../..", import.meta.url));
const program = fileURLToPath(new URL("fixtures/policypack-program", import.meta.url));
const workspaceFixture = join(checkout, "policypack/risk/rules/fixture-workspace");

export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

export interface PolicyProject {
  /** Folder of the built pack; a copy outside this repository. */
  readonly pack: string;
  /** Writes the specs, with these files added, into the program's folder and compiles them. */
  readonly specs: (files: Readonly<Record<string, string>>) => Promise<CompiledSpecs>;
  /** Writes a configuration of the pack and returns the arguments that name it. */
  readonly configuration: (policies: Readonly<Record<string, unknown>>) => Promise<readonly string[]>;
  /** Runs the engine over the resources, with the pack on; `env` is added to the environment. */
  readonly run: (
    resources: readonly Registered[],
    args: readonly string[],
    env?: NodeJS.ProcessEnv,
    /** Folder of another pack than the built one. */
    otherPack?: string,
  ) => Promise<Ran>;
  readonly remove: () => Promise<void>;
}

/** A Pulumi project whose program registers what a test lists, a state backend of its own, and the pack as it is published. */
export async function createPolicyProject(): Promise<PolicyProject> {
  const root = await mkdtemp(join(tmpdir(), "lintel-policypack-"));
  const [folder, pack, state] = [join(root, "program"), join(root, "pack"), join(root, "state")];
  await cp(program, folder, { recursive: true });
  await symlink(join(checkout, "node_modules"), join(folder, "node_modules"));
  await mkdir(state);
  await command(process.execPath, [join(checkout, "policypack/build.ts"), pack], folder, {});
  const base = { PULUMI_BACKEND_URL: `file://${state}`, PULUMI_CONFIG_PASSPHRASE: "for tests" };
  const pulumi = (args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> =>
    command("pulumi", ["--non-interactive", "--color", "never", ...args], folder, { ...base, ...env });
  await pulumi(["stack", "init", "dev"], {});
  return {
    pack,
    specs: (files) => writeSpecs(join(folder, "specs"), files),
    configuration: async (policies) => {
      await writeFile(join(root, "configuration.json"), JSON.stringify(policies));
      return ["--policy-pack-config", join(root, "configuration.json")];
    },
    run: async (resources, args, env = {}, otherPack = pack) => {
      await writeFile(join(folder, "scenario.json"), JSON.stringify(resources));
      return pulumi([...args.slice(0, 1), "--policy-pack", otherPack, ...args.slice(1)], env);
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** The resources that components/ registers for compiled specs: the Workspace, its Tools, and the executor's service. */
export function resourcesOf({ bundle, acknowledgements }: CompiledSpecs): readonly Registered[] {
  const { digest, slices, entityDigests: entities, workspace } = bundle;
  const { name } = workspace;
  const tools = slicesOf(bundle).map((slice) => ({
    type: "lintel:index:Tool",
    name: `${name}-${slice.tool.name}`,
    inputs: {
      workspace: name,
      name: slice.tool.name,
      slice,
      digest: slices[slice.tool.name],
      acknowledgements: acknowledgements.filter(({ tool }) => tool === slice.tool.name),
    },
  }));
  const executor = {
    labels: { "lintel-workspace": name, "lintel-digest": shortDigest(digest) },
    template: {
      serviceAccount: "executor@lintel-test.iam.gserviceaccount.com",
      containers: [
        {
          image: `registry.example.com/executor@sha256:${"0".repeat(64)}`,
          envs: [{ name: "LINTEL_BUNDLE_DIGEST", value: digest }],
        },
      ],
    },
  };
  return [
    {
      type: "lintel:index:Workspace",
      name,
      inputs: { name, specs: "specs", digest, slices, entities, definition: workspace },
    },
    ...tools,
    { type: "gcp:cloudrunv2/service:Service", name: `${name}-executor`, inputs: executor },
  ];
}

async function writeSpecs(folder: string, files: Readonly<Record<string, string>>): Promise<CompiledSpecs> {
  await rm(folder, { recursive: true, force: true });
  await cp(workspaceFixture, folder, { recursive: true });
  await mkdir(join(folder, "tools"));
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
  const { specs, diagnostics } = await compileFolder(folder);
  if (specs === undefined) throw new Error(JSON.stringify(diagnostics, null, 2));
  return specs;
}

function command(name: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, {
      cwd,
      env: { ...process.env, PWD: cwd, NO_COLOR: "1", FORCE_COLOR: "0", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const keep = (text: string): void => {
      output += text;
    };
    child.stdout.setEncoding("utf8").on("data", keep);
    child.stderr.setEncoding("utf8").on("data", keep);
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ code, output });
    });
  });
}
