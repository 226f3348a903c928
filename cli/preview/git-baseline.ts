import { execFile } from "node:child_process";
import { relative, resolve } from "node:path";
import { promisify } from "node:util";
import { compileFiles, sliceOf } from "@lintel/specs";
import type { StackWorkspace } from "./stack-workspaces.ts";

const run = promisify(execFile);

/** Thrown where the revision cannot be read or its specs do not compile; the message is for the user. */
export class BaselineError extends Error {}

/**
 * The workspace as its spec folder was at a git revision; undefined where the folder was not there yet.
 * @throws BaselineError
 */
export async function workspaceAt(
  revision: string,
  project: string,
  { name, specs: path, environment }: StackWorkspace,
): Promise<StackWorkspace | undefined> {
  if (path === undefined) return undefined;
  const files = await filesAt(revision, resolve(project, path));
  if (files.length === 0) return undefined;
  const { specs, diagnostics } = compileFiles(files, environment === undefined ? {} : { environment });
  if (specs === undefined) {
    throw new BaselineError(`the specs of ${path} at ${revision} do not compile: ${diagnostics[0]?.message ?? ""}`);
  }
  const { bundle, acknowledgements } = specs;
  const tools = bundle.tools.map((tool) => ({
    urn: `${revision}:${tool.name}`,
    name: tool.name,
    slice: sliceOf(bundle, tool),
    digest: bundle.slices[tool.name] ?? "",
    acknowledgements: acknowledgements.filter((each) => each.tool === tool.name),
  }));
  return { name, digest: bundle.digest, specs: path, tools, bundle };
}

async function filesAt(
  revision: string,
  folder: string,
): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const git = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run("git", ["-C", folder, ...args], { maxBuffer: 1 << 28 });
    return stdout;
  };
  try {
    const top = (await git("rev-parse", "--show-toplevel")).trim();
    const commit = (await git("rev-parse", "--verify", "--end-of-options", `${revision}^{commit}`)).trim();
    const below = relative(top, folder).replaceAll("\\", "/");
    const names = (await git("ls-tree", "-r", "-z", "--name-only", commit, "--", ".")).split("\0").filter(Boolean);
    const specs = names.filter((name) => /\.(ya?ml|json)$/.test(name));
    return await Promise.all(
      specs.map(async (path) => ({
        path,
        text: await git("show", `${commit}:${below === "" ? "" : `${below}/`}${path}`),
      })),
    );
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[1] ?? error.message) : String(error);
    throw new BaselineError(`the specs at ${revision} cannot be read: ${reason}`);
  }
}
