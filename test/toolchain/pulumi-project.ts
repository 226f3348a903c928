import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const fixtures = fileURLToPath(new URL("fixtures", import.meta.url));
const checkout = fileURLToPath(new URL("../..", import.meta.url));

interface CommandResult {
  readonly code: number | null;
  /** stdout and stderr, as they came. */
  readonly output: string;
  readonly stdout: string;
}

export interface PulumiProject {
  readonly folder: string;
  readonly pack: string;
  /** Runs the Pulumi CLI; `whenPrinted` is called with everything printed so far and can signal the process. */
  readonly pulumi: (args: readonly string[], options?: PulumiOptions) => Promise<CommandResult>;
  readonly remove: () => Promise<void>;
}

interface PulumiOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly whenPrinted?: (output: string, signal: (name: NodeJS.Signals) => void) => void;
}

/** A copy of the fixture program and pack with a stack `dev` in a folder of its own; each finds @pulumi/pulumi beside it. */
export async function createPulumiProject(): Promise<PulumiProject> {
  const root = await mkdtemp(join(tmpdir(), "lintel-toolchain-"));
  const folder = join(root, "program");
  const pack = join(root, "pack");
  await cp(join(fixtures, "program"), folder, { recursive: true });
  await cp(join(fixtures, "pack"), pack, { recursive: true });
  for (const place of [folder, pack]) await symlink(join(checkout, "node_modules"), join(place, "node_modules"));
  await mkdir(join(root, "state"));
  const base = { PULUMI_BACKEND_URL: `file://${join(root, "state")}`, PULUMI_CONFIG_PASSPHRASE: "for tests" };
  const project: PulumiProject = {
    folder,
    pack,
    pulumi: (args, options = {}) => run(folder, args, { ...options, env: { ...base, ...options.env } }),
    remove: () => rm(root, { recursive: true, force: true }),
  };
  await project.pulumi(["stack", "init", "dev"]);
  return project;
}

function run(folder: string, args: readonly string[], options: PulumiOptions): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("pulumi", ["--non-interactive", "--color", "never", ...args], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0", ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let stdout = "";
    const keep = (text: string): void => {
      output += text;
      options.whenPrinted?.(output, (name) => child.kill(name));
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      keep(text);
    });
    child.stderr.setEncoding("utf8").on("data", keep);
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ code, output, stdout });
    });
  });
}
