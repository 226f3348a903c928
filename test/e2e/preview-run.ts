import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PreviewReport } from "../../cli/preview/preview-report.ts";
import type { Stack } from "./stack-harness.ts";

const command = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

export interface PreviewRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What was printed, where it was JSON. */
  readonly report: PreviewReport;
}

/** Runs `lintel preview` on a stack as a process of its own, from outside its project. */
export function runPreview(
  stack: Stack,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<PreviewRun> {
  const env = {
    ...process.env,
    PULUMI_BACKEND_URL: `file://${join(stack.folder, "..", "backend")}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    GOOGLE_OAUTH_ACCESS_TOKEN: stack.emulator.accessToken,
    NO_COLOR: "1",
    ...environment,
  };
  const all = [command, "preview", "--cwd", stack.folder, ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, all, { env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("error", reject);
    child.once("close", (code) => {
      const report = (stdout.startsWith("{") ? JSON.parse(stdout) : {}) as PreviewReport;
      resolve({ code, stdout, stderr, report });
    });
  });
}
