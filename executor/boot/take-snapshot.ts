// Decision: docs/decisions/0018-the-image-starts-from-a-snapshot.md
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** First lines of the program's file, which make a module of a script. */
export const programHeader = `import { createRequire as lintelCreateRequire } from "node:module";
const require = lintelCreateRequire(import.meta.url);
`;

/**
 * Writes V8's snapshot of a program that has loaded, judged and compiled the bundle beside it. `program` is the built file;
 * Node of the same version starts from the snapshot with `--snapshot-blob`.
 * @throws Error with what the program said, when the bundle cannot be served
 */
export async function takeSnapshot(program: string, snapshot: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), "lintel-snapshot-"));
  try {
    const script = join(scratch, "main.cjs");
    const text = await readFile(program, "utf8");
    await writeFile(script, text.replace(programHeader, ""));
    const configuration = join(scratch, "snapshot.json");
    // A code cache costs every start more than it saves the first.
    await writeFile(configuration, JSON.stringify({ builder: script, withoutCodeCache: true }));
    await run(
      ["--no-warnings", "--snapshot-blob", snapshot, "--build-snapshot-config", configuration],
      dirname(program),
    );
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function run(args: readonly string[], folder: string): Promise<void> {
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => void (said += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`no snapshot was taken (exit ${String(code)}):\n${said.trim().slice(-4000)}`);
}
