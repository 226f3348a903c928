// One Pulumi project, one emulator, one backend, all in a folder of their own: what a test of the real engine needs.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Emulator, startEmulator } from "@lintel/emulator";

const checkout = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** What a stack is opened with. */
export interface StackOptions {
  /** Files of the Pulumi project by path; `main.ts` is the program. Written before the first command, see `write`. */
  readonly files?: Readonly<Record<string, string>>;
  /** Configuration of the stack, such as `{ "lintel:specs": "specs" }`. */
  readonly config?: Readonly<Record<string, string>>;
  /** Project folder instead of a new one; its Pulumi.yaml is taken as it is. */
  readonly project?: string;
  /** An emulator that runs already, for two stacks in one cloud; it is not stopped with the stack. */
  readonly emulator?: Emulator;
}

/** How a command of the CLI ended. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order printed. */
  readonly output: string;
}

/** One resource of a stack's state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export interface Stack {
  /** The Pulumi project. */
  readonly folder: string;
  /** Folder of process images: see `writeImage`. */
  readonly images: string;
  readonly emulator: Emulator;
  /** Any command of the CLI, in the project. */
  pulumi(args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<Run>;
  /** `pulumi up --yes`, with what is given. */
  up(args?: readonly string[], environment?: NodeJS.ProcessEnv): Promise<Run>;
  preview(args?: readonly string[], environment?: NodeJS.ProcessEnv): Promise<Run>;
  refresh(): Promise<Run>;
  destroy(args?: readonly string[]): Promise<Run>;
  setConfig(key: string, value: string): Promise<Run>;
  outputs(): Promise<Readonly<Record<string, unknown>>>;
  state(): Promise<readonly StateResource[]>;
  /** Writes files below the project's folder. */
  write(files: Readonly<Record<string, string>>): void;
  /** Removes a file below the project's folder. */
  remove(path: string): void;
  /** Makes a process image (a folder that the emulator runs) and answers its digest-pinned reference. */
  writeImage(name: string, files: Readonly<Record<string, string>>, command: readonly string[]): string;
  /** Stops the emulator and removes every file. */
  close(): Promise<void>;
}

/** Opens a stack named `test` with the emulator as its cloud; nothing is deployed yet. */
export async function openStack(options: StackOptions = {}): Promise<Stack> {
  // Below the checkout, because the program finds the components by node_modules.
  const root = join(checkout, ".lintel", "e2e", randomUUID().slice(0, 8));
  const folder = options.project ?? join(root, "project");
  const images = join(root, "images");
  for (const path of [folder, images, join(root, "backend")]) mkdirSync(path, { recursive: true });
  const emulator = options.emulator ?? (await startEmulator({ state: join(root, "cloud"), images }));
  const run = runner(folder, environmentOf(root, emulator));
  const stack: Stack = {
    folder,
    images,
    emulator,
    pulumi: run,
    up: (args = [], environment) => run(["up", "--yes", "--stack", "test", ...args], environment),
    preview: (args = [], environment) => run(["preview", "--stack", "test", ...args], environment),
    refresh: () => run(["refresh", "--yes", "--stack", "test", "--expect-no-changes"]),
    destroy: (args = []) => run(["destroy", "--yes", "--stack", "test", ...args]),
    setConfig: (key, value) => run(["config", "set", key, value, "--stack", "test"]),
    outputs: async () =>
      JSON.parse((await must(run(["stack", "output", "--json", "--stack", "test"]))).stdout) as never,
    state: async () => readState((await must(run(["stack", "export", "--stack", "test"]))).stdout),
    write: (files) => {
      writeFiles(folder, files);
    },
    remove: (path) => {
      rmSync(join(folder, path), { force: true });
    },
    writeImage: (name, files, command) => writeImage(images, name, files, command),
    close: async () => {
      if (options.emulator === undefined) await emulator.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
  writeFiles(folder, options.project === undefined ? { ...projectFiles, ...options.files } : (options.files ?? {}));
  await must(run(["stack", "init", "test"]));
  const config = {
    "gcp:project": "lintel-test",
    "gcp:region": "europe-west1",
    ...providerConfig(emulator),
    ...options.config,
  };
  const pairs = Object.entries(config).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
  await must(run(["config", "set-all", "--stack", "test", ...pairs]));
  return stack;
}

/** The run, if it ended well; throws what was printed otherwise. */
export async function must(run: Promise<Run>): Promise<Run> {
  const ended = await run;
  if (ended.code !== 0) throw new Error(`exit code ${ended.code}:\n${ended.output}`);
  return ended;
}

/** Points the Google provider at the emulator. */
function providerConfig(emulator: Emulator): Readonly<Record<string, string>> {
  return {
    "gcp:accessToken": emulator.accessToken,
    ...Object.fromEntries(Object.entries(emulator.endpoints).map(([name, url]) => [`gcp:${name}`, url])),
  };
}

const projectFiles: Readonly<Record<string, string>> = {
  "Pulumi.yaml": "name: e2e\nmain: main.ts\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nplugins: {}\n",
  "package.json": '{ "name": "e2e", "version": "1.0.0", "private": true, "type": "module" }\n',
  "main.ts": "export {};\n",
};

function environmentOf(root: string, emulator: Emulator): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PULUMI_BACKEND_URL: `file://${join(root, "backend")}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    // Google's provider asks the machine for credentials otherwise.
    GOOGLE_OAUTH_ACCESS_TOKEN: emulator.accessToken,
    NO_COLOR: "1",
  };
}

function runner(folder: string, environment: NodeJS.ProcessEnv): Stack["pulumi"] {
  return (args, more = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
        cwd: folder,
        // As a shell says where the command was typed.
        env: { ...environment, PWD: folder, ...more },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const printed = { stdout: "", stderr: "", output: "" };
      for (const stream of ["stdout", "stderr"] as const) {
        child[stream].setEncoding("utf8").on("data", (text: string) => {
          printed[stream] += text;
          printed.output += text;
        });
      }
      child.once("error", reject);
      child.once("close", (code) => {
        resolve({ code: code ?? 1, ...printed });
      });
    });
}

function readState(json: string): readonly StateResource[] {
  const state = JSON.parse(json) as { readonly deployment: { readonly resources?: readonly StateResource[] } };
  return state.deployment.resources ?? [];
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
}

function writeImage(
  images: string,
  name: string,
  files: Readonly<Record<string, string>>,
  command: readonly string[],
): string {
  const digest = Buffer.from(name).toString("hex").padEnd(64, "0").slice(0, 64);
  const folder = join(images, `sha256-${digest}`);
  if (existsSync(folder)) rmSync(folder, { recursive: true });
  writeFiles(folder, { ...files, "image.json": JSON.stringify({ command }) });
  return `registry.invalid/lintel/executor@sha256:${digest}`;
}
