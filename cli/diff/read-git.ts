// Decision: the specs of a revision are read by git itself, as objects, so that no checkout, filter or hook has a part in it.
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { exitCodes } from "../exit-codes.ts";
import { SideError } from "./side-error.ts";

/** A folder in a revision; a path that begins with `./` is below `cwd`, another below the repository's top, as git has it. */
export interface GitTree {
  readonly cwd: string;
  readonly rev: string;
  readonly path: string;
}

/** Writes the plain files of a tree into a folder. @throws SideError where git, the revision or the path is missing */
export async function writeTree({ cwd, rev, path }: GitTree, folder: string): Promise<void> {
  const commit = await objectId(cwd, `${rev}^{commit}`, `git knows no revision ${rev} here`);
  const tree = await objectId(cwd, `${commit}:${path.replace(/\/+$/u, "/")}`, `there is no ${path} at ${rev}`);
  const listed = (await git(cwd, ["ls-tree", "-r", "-z", "--full-tree", tree])).toString("utf8");
  const blobs = listed.split("\0").flatMap((entry) => {
    const [, mode, id, name] = /^(\d+) blob ([0-9a-f]+)\t(.+)$/su.exec(entry) ?? [];
    // Links lead out of the tree; what they hold is a path, not a spec.
    return id === undefined || name === undefined || mode === "120000" || !isSpec(name) ? [] : [{ id, name }];
  });
  if (blobs.length === 0) throw new SideError(`${path} at ${rev} holds no specs`, exitCodes.nothing);
  const texts = parseBatch(await git(cwd, ["cat-file", "--batch"], blobs.map(({ id }) => `${id}\n`).join("")));
  for (const [index, { name }] of blobs.entries()) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, texts[index] ?? "");
  }
}

/** What a spec folder's loader would read: a repository may hold much else below it. */
function isSpec(name: string): boolean {
  return /^(?:(?:entities|tools|policies|scenarios)\/.+|[^/]+)\.(?:ya?ml|json)$/u.test(name) && !name.includes("..");
}

async function objectId(cwd: string, expression: string, problem: string): Promise<string> {
  try {
    return (await git(cwd, ["rev-parse", "--verify", "--quiet", "--end-of-options", expression])).toString().trim();
  } catch (error) {
    if (error instanceof SideError) throw error;
    throw new SideError(`${problem}; a shallow clone must fetch it first`, exitCodes.nothing);
  }
}

/** `<id> blob <size>\n<bytes>\n` per object (git-cat-file, "BATCH OUTPUT"). */
function parseBatch(output: Buffer): readonly Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf(10, at);
    const size = Number(output.subarray(at, end).toString().split(" ")[2]);
    found.push(output.subarray(end + 1, end + 1 + size));
    at = end + size + 2;
  }
  return found;
}

async function git(cwd: string, args: readonly string[], input = ""): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", args, { cwd, stdio: ["pipe", "pipe", "pipe"] });
    const [chunks, errors]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
    child.on("error", (error) => {
      reject(new SideError(`git cannot be run: ${error.message}`, exitCodes.nothing));
    });
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(chunks));
      else reject(gitProblem(args[0] ?? "", Buffer.concat(errors).toString("utf8").trim()));
    });
    // A git that fails closes its input early; its exit code says why.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

function gitProblem(command: string, said: string): Error {
  if (/not a git repository/u.test(said)) return new SideError("this is not in a git repository", exitCodes.nothing);
  return new Error(`git ${command}: ${said}`);
}
