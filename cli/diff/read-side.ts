import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Bundle, BundleError, compileFolder, type Diagnostic, openBundle, type SourceMap } from "@lintel/specs";
import { exitCodes } from "../exit-codes.ts";
import { findWorkspaces } from "../find-workspaces.ts";
import { nothingIn, unreadableFolder } from "../folder-problems.ts";
import { failedReport } from "../report/check-report.ts";
import { printable } from "../report/printable.ts";
import { renderText } from "../report/text.ts";
import { type GitTree, writeTree } from "./read-git.ts";
import { SideError } from "./side-error.ts";

/** One version of a workspace. */
export interface Side {
  /** As the user named it. */
  readonly name: string;
  readonly bundle: Bundle;
  /** Absent for a bundle file, which holds no positions. */
  readonly sources?: SourceMap;
  /** What stands before a spec file's path so that it can be opened; empty where it is not in a folder here. */
  readonly folder: string;
}

/** A folder at a revision of git. */
export interface FolderAt {
  readonly rev: string;
  readonly folder: string;
}

/** Reads a folder, a bundle file, `git:REV:PATH`, or a folder at a revision. @throws SideError that names what is wrong */
export async function readSide(side: string | FolderAt, environment: string | undefined): Promise<Side> {
  if (typeof side !== "string") {
    const { rev, folder } = side;
    return readTree({ cwd: folder, rev, path: "./", label: folder }, `${folder} at ${rev}`, environment);
  }
  const [, rev, path] = /^git:([^:]+):(.*)$/u.exec(side) ?? [];
  if (rev !== undefined && path !== undefined)
    return readTree({ cwd: ".", rev, path, label: path || "top" }, side, environment);
  const found = await stat(side).catch(() => undefined);
  if (found === undefined) throw new SideError(`there is no folder or bundle file ${side}`, exitCodes.nothing);
  if (!found.isDirectory()) return opened(side);
  const folder = await workspaceOf(side);
  return compiled(folder, side, folder, environment);
}

/** The workspace that a folder is, or the only one below it. @throws SideError where there is none, or several */
export async function workspaceOf(folder: string): Promise<string> {
  const { workspaces, unreadable } = await findWorkspaces(folder);
  const [first, ...others] = workspaces;
  if (unreadable.length > 0) throw new SideError(unreadable.map(unreadableFolder).join("\nlintel: "), exitCodes.usage);
  if (first === undefined) throw new SideError(await nothingIn(folder), exitCodes.nothing);
  if (others.length === 0) return first;
  const all = workspaces.map((each) => `\n  ${each}`).join("");
  throw new SideError(`${folder} holds several workspaces; name one:${all}`, exitCodes.usage);
}

async function opened(file: string): Promise<Side> {
  try {
    return { name: file, folder: "", bundle: openBundle(JSON.parse(await readFile(file, "utf8"))) };
  } catch (error) {
    if (error instanceof BundleError) throw new SideError(`${file}: ${error.message}`, exitCodes.usage);
    const reason = error instanceof SyntaxError ? "it is not JSON" : String(error);
    throw new SideError(`${file} is not a bundle: ${reason}`, exitCodes.usage);
  }
}

async function readTree(tree: GitTree, name: string, environment: string | undefined): Promise<Side> {
  const folder = await mkdtemp(join(tmpdir(), "lintel-diff-"));
  try {
    await writeTree(tree, folder);
    return await compiled(folder, name, "", environment);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compiled(path: string, name: string, folder: string, environment: string | undefined): Promise<Side> {
  const { specs, diagnostics } = await compileFolder(path, { environment });
  if (specs !== undefined) return { name, folder, bundle: specs.bundle, sources: specs.sources };
  // What git keeps is in no folder that could be opened.
  const base = folder === "" ? path : process.cwd();
  throw new SideError(`${printable(name)} does not compile\n${errorsOf(diagnostics, path, base)}`, exitCodes.usage);
}

/** As `lintel check` prints them. */
function errorsOf(diagnostics: readonly Diagnostic[], folder: string, base: string): string {
  const checked = { folder, root: resolve(folder), report: failedReport(diagnostics), frameOf: () => "" };
  const text = renderText([checked], { base, checkout: base, hasColour: false, isQuiet: true, version: "" });
  return text.trimEnd();
}
