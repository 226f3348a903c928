// Decision: the specs of a revision are read by git itself, as objects, so that no checkout, filter or hook has a part in it.
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { exitCodes } from "../exit-codes.ts";
import { SideError } from "./side-error.ts";
import { workspacesIn } from "./workspaces-in.ts";

/** A folder in a revision; a path that begins with `./` is below `cwd`, another below the repository's top, as git has it. */
export interface GitTree {
  readonly cwd: string;
  readonly rev: string;
  readonly path: string;
  /** The path as the user named it. */
  readonly label: string;
}

/** Writes the specs of the tree's workspace into a folder. @throws SideError where git, the revision or the path is missing */
export async function writeTree(tree: GitTree, folder: string): Promise<void> {
  const { cwd, rev, label } = tree;
  const listed = (await git(cwd, ["ls-tree", "-r", "-z", "--full-tree", await treeId(tree)])).toString("utf8");
  const files = listed.split("\0").flatMap((entry) => {
    const [, mode, id, name] = /^(\d+) blob ([0-9a-f]+)\t(.+)$/su.exec(entry) ?? [];
    // Links lead out of the tree; what they hold is a path, not a spec.
    return id === undefined || name === undefined || mode === "120000" ? [] : [{ id, name }];
  });
  const root = rootIn(files, `${label} at ${rev}`);
  const blobs = files
    .filter(({ name }) => name.startsWith(root))
    .map(({ id, name }) => ({ id, name: name.slice(root.length) }))
    .filter(({ name }) => isSpec(name));
  if (blobs.length === 0) throw new SideError(`${label} at ${rev} holds no specs`, exitCodes.nothing);
  const texts = parseBatch(await git(cwd, ["cat-file", "--batch"], blobs.map(({ id }) => `${id}\n`).join("")));
  for (const [index, { name }] of blobs.entries()) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, texts[index] ?? "");
  }
}

/** The id of the tree, and what stands in its way where there is none. */
async function treeId({ cwd, rev, path, label }: GitTree): Promise<string> {
  const commit = await objectId(cwd, `${rev}^{commit}`);
  if (commit === undefined) {
    const isShallow = (await git(cwd, ["rev-parse", "--is-shallow-repository"])).toString().trim() === "true";
    const hint = isShallow ? "; this clone is shallow, so git fetch must bring it first" : "";
    throw new SideError(`git knows no revision ${rev} here${hint}`, exitCodes.nothing);
  }
  const inside = path === "." ? "./" : path.replace(/\/+$/u, "/");
  const found = await objectId(cwd, `${commit}:${inside}`);
  if (found === undefined) {
    const hint = path.startsWith(".") ? "" : "; paths are counted from the repository's top, or with ./ from here";
    throw new SideError(`there is no ${label} at ${rev}${hint}`, exitCodes.nothing);
  }
  const id = await objectId(cwd, `${found}^{tree}`);
  if (id === undefined) throw new SideError(`${label} at ${rev} is a file; name a folder`, exitCodes.usage);
  return id;
}

/** Where the workspace begins, "" or a path that ends in `/`. */
function rootIn(files: readonly { readonly name: string }[], what: string): string {
  const [first = "", ...others] = workspacesIn(files.map(({ name }) => name));
  if (others.length === 0) return first === "" ? "" : `${first}/`;
  const all = [first, ...others].map((each) => `\n  ${each}`).join("");
  throw new SideError(`${what} holds several workspaces; name one:${all}`, exitCodes.usage);
}

/** What a spec folder's loader would read: a repository may hold much else below it. */
function isSpec(name: string): boolean {
  return /^(?:(?:entities|tools|policies|scenarios)\/.+|[^/]+)\.(?:ya?ml|json)$/u.test(name) && !name.includes("..");
}

/** Undefined where git knows none of that name. */
async function objectId(cwd: string, expression: string): Promise<string | undefined> {
  try {
    return (await git(cwd, ["rev-parse", "--verify", "--quiet", "--end-of-options", expression])).toString().trim();
  } catch (error) {
    if (error instanceof SideError) throw error;
    return undefined;
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
