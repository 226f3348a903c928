import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";

export interface PulumiRun {
  readonly code: number;
  /** stdout and stderr in the order printed. */
  readonly output: string;
}

export interface Pulumi {
  /** Runs a command of the CLI in the project; `show` gets each line as it comes. */
  run(args: readonly string[], show?: (line: string) => void): Promise<PulumiRun>;
  /** The same, and its output.
   * @throws Error with the output when the command fails. */
  must(args: readonly string[], show?: (line: string) => void): Promise<string>;
  /** Resolves when no command is under way. */
  ended(): Promise<void>;
}

/**
 * The `pulumi` on the PATH with a backend of its own in `folder`, so that nobody's login or stacks are touched.
 * `environment` is added to this process's; `signal` ends a command that is under way.
 */
export async function openPulumi(
  project: string,
  folder: string,
  environment: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Pulumi> {
  await mkdir(folder, { recursive: true });
  const env = {
    ...process.env,
    ...environment,
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "demo",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
  };
  const running = new Set<Promise<unknown>>();
  const run: Pulumi["run"] = (args, show) => {
    const command = runCommand(args, show, { cwd: project, env, signal }).finally(() => running.delete(command));
    running.add(command);
    return command;
  };
  return {
    run,
    ended: async () => {
      await Promise.allSettled(running);
    },
    must: async (args, show) => {
      const { code, output } = await run(args, show);
      if (code === 0) return output;
      throw new Error(`pulumi ${args.join(" ")} ended with ${String(code)}:\n${output}`);
    },
  };
}

interface CommandOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
}

function runCommand(
  args: readonly string[],
  show: ((line: string) => void) | undefined,
  { signal, ...options }: CommandOptions,
): Promise<PulumiRun> {
  return new Promise((resolve, reject) => {
    const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
      ...options,
      stdio: ["ignore", "pipe", "pipe"],
      ...(signal === undefined ? {} : { signal }),
      killSignal: "SIGINT",
    });
    let output = "";
    let shown = 0;
    const take = (text: string): void => {
      output += text;
      for (let end = output.indexOf("\n", shown); end >= 0; end = output.indexOf("\n", shown)) {
        show?.(output.slice(shown, end));
        shown = end + 1;
      }
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    // An aborted command says so before it has ended: its plugins end with it, so that is waited for.
    child.once("error", (error) => {
      if (error.name !== "AbortError") reject(error);
    });
    child.once("close", (code) => {
      resolve({ code: code ?? 1, output });
    });
  });
}
