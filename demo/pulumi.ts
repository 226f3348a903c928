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
  const run: Pulumi["run"] = (args, show) =>
    new Promise((resolve, reject) => {
      const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
        cwd: project,
        env,
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
      child.once("error", reject);
      child.once("close", (code) => {
        resolve({ code: code ?? 1, output });
      });
    });
  return {
    run,
    must: async (args, show) => {
      const { code, output } = await run(args, show);
      if (code === 0) return output;
      throw new Error(`pulumi ${args.join(" ")} ended with ${String(code)}:\n${output}`);
    },
  };
}
