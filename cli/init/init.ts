import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Console } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { version } from "../version.ts";
import type { InitFile } from "./files/init-file.ts";
import { projectFiles } from "./files/project-files.ts";
import { schemaFiles, schemaFolder } from "./files/schema-files.ts";
import { specFiles } from "./files/spec-files.ts";
import { inTheWay, writeAll, writeOver } from "./write-files.ts";

export interface InitOptions {
  readonly name?: string;
  readonly owner: string;
  readonly schemas?: true;
}

/** `lintel init`: writes a workspace into a folder, or nothing; resolves to the exit code. */
export async function init(folder: string, options: InitOptions, console: Console): Promise<number> {
  if (options.schemas === true) return renewSchemas(folder, console);
  const name = options.name ?? nameOf(folder);
  const problem = nameProblem(name, options.name === undefined) ?? ownerProblem(options.owner);
  if (problem !== undefined) return refused(problem, console);
  const settings = { name, owner: options.owner, version };
  const files = [...specFiles(settings), ...projectFiles(settings), ...schemaFiles()];
  const taken = await inTheWay(folder, files);
  if (taken.length > 0)
    return refused(`these are in the way, so nothing was written:\n${listed(taken)}\n${remedyFor(taken)}`, console);
  const failure = await writeAll(folder, files);
  if (failure !== undefined) return refused(failure, console);
  console.out(report(folder, name, files));
  return exitCodes.green;
}

async function renewSchemas(folder: string, console: Console): Promise<number> {
  if (!existsSync(join(folder, schemaFolder))) {
    return refused(`${folder} has no ${schemaFolder}/ to renew; lintel init writes a whole workspace`, console);
  }
  const files = schemaFiles();
  const failure = await writeOver(folder, files);
  if (failure !== undefined) return refused(failure, console);
  console.out(`wrote ${String(files.length)} schemas\n`);
  return exitCodes.green;
}

function refused(problem: string, console: Console): number {
  console.error(`lintel: ${problem}\n`);
  return exitCodes.usage;
}

/** A folder's name as a workspace's. */
function nameOf(folder: string): string {
  return basename(resolve(folder))
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[^a-z]+|-+$/g, "")
    .slice(0, 50)
    .replace(/-$/, "");
}

function nameProblem(name: string, isFolder: boolean): string | undefined {
  if (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) && name.length <= 50) return undefined;
  if (isFolder) return "the folder's name makes no name of a workspace; give one with --name";
  return `"${name}" is no name of a workspace: lower-case words joined by hyphens, 50 characters at most, such as my-shop`;
}

/** It is written into CODEOWNERS and Markdown. */
function ownerProblem(owner: string): string | undefined {
  const isOwner = owner.split(" ").every((each) => /^(@[\w.-]+(\/[\w.-]+)?|[\w.+-]+@[\w.-]+)$/.test(each));
  return isOwner
    ? undefined
    : `"${owner}" is no owner; CODEOWNERS takes @user, @organization/team or an e-mail address`;
}

function remedyFor(taken: readonly string[]): string {
  const isRenewal = taken.some((path) => path.startsWith(`${schemaFolder}/`));
  const renewal = isRenewal ? "; --schemas only renews the schemas of a workspace that is there" : "";
  return `Name a folder that is empty or not there (lintel init shop), or move them away${renewal}.`;
}

/** One path a line, the schemas together. */
function listed(paths: readonly string[]): string {
  const isSchema = (path: string) => path.startsWith(`${schemaFolder}/`);
  const schemas = paths.filter(isSchema).length;
  const counted = schemas === 0 ? [] : [`${schemaFolder}/ (${String(schemas)} schemas for editors)`];
  return [...paths.filter((path) => !isSchema(path)), ...counted].map((path) => `  ${path}`).join("\n");
}

function report(folder: string, name: string, files: readonly InitFile[]): string {
  const enter = resolve(folder) === process.cwd() ? "" : `cd ${folder} && `;
  return `wrote the workspace ${name}:\n${listed(files.map(({ path }) => path))}\n\nNext: ${enter}lintel check\n`;
}
