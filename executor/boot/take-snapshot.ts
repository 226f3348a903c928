// Decision: docs/decisions/0018-the-image-starts-from-a-snapshot.md
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Logger } from "pino";

/** First lines of the program's file, which make a module of a script. */
export const programHeader = `import { createRequire as lintelCreateRequire } from "node:module";
const require = lintelCreateRequire(import.meta.url);
`;

/** What a snapshot is taken of; read by the program while it is taken. */
export const snapshotVariable = "LINTEL_SNAPSHOT";
type Contents = "bundle" | "program";

/**
 * Writes V8's snapshot of a program that has loaded, judged and compiled the bundle beside it. `program` is the built file;
 * Node of the same version starts from the snapshot with `--snapshot-blob`. Where V8 cannot write down what the bundle was compiled to,
 * the snapshot is of the program alone, which compiles the bundle at every start; that is warned of.
 * @throws Error with what the program said, when the bundle cannot be served
 */
export async function takeSnapshot(program: string, snapshot: string, log: Logger): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), "lintel-snapshot-"));
  try {
    const script = join(scratch, "main.cjs");
    const text = await readFile(program, "utf8");
    await writeFile(script, text.replace(programHeader, ""));
    const configuration = join(scratch, "snapshot.json");
    // A code cache costs every start as much as it saves, and memory.
    await writeFile(configuration, JSON.stringify({ builder: script, withoutCodeCache: true }));
    const args = ["--no-warnings", "--snapshot-blob", snapshot, "--build-snapshot-config", configuration];
    const take = (contents: Contents): Promise<Ended> => run(args, dirname(program), contents);
    const ended = await take("bundle");
    if (ended.code === 0) return;
    if (ended.code !== null) throw refusal(ended);
    log.warn({ said: ended.said }, "V8 takes no snapshot of this bundle: it will be compiled at every start");
    const alone = await take("program");
    if (alone.code !== 0) throw refusal(alone);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** How a process ended; a code of null is a crash. */
interface Ended {
  readonly code: number | null;
  readonly said: string;
}

function refusal({ code, said }: Ended): Error {
  return new Error(`no snapshot was taken (exit ${String(code)}): ${said}`);
}

async function run(args: readonly string[], folder: string, contents: Contents): Promise<Ended> {
  const env = { ...process.env, [snapshotVariable]: contents };
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => void (said += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { code, said: said.trim().slice(0, 2000) };
}
