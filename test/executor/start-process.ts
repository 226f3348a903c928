import { spawn } from "node:child_process";

/** The executor as a process of its own. */
export interface ExecutorProcess {
  readonly url: string;
  readonly pid: number;
  readonly exited: Promise<number | NodeJS.Signals>;
  /** Everything that it printed. */
  output(): string;
  /** Sends the signal and waits for the exit. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a program with just this environment and waits until it serves; throws with its output when it does not. */
export async function startProcess(
  program: string,
  environment: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<ExecutorProcess> {
  const child = spawn(process.execPath, [...flags, program, "serve"], {
    env: { ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const exited = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once("exit", (code, signal) => resolve(code ?? signal ?? 1));
  });
  const port = await new Promise<number>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /"port":(\d+)/u.exec(output)?.[1];
      if (found !== undefined) resolve(Number(found));
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    exited.then(
      (code) => reject(new Error(`exit ${String(code)}: ${output}`)),
      () => undefined,
    );
  });
  return {
    url: `http://127.0.0.1:${String(port)}`,
    pid: child.pid ?? 0,
    exited,
    output: () => output,
    end: async (signal) => {
      child.kill(signal);
      await exited;
    },
  };
}
