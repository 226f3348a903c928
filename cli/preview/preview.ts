import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import type { Console } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { buildReport } from "./build-report.ts";
import { findPack } from "./find-pack.ts";
import { BaselineError, workspaceAt } from "./git-baseline.ts";
import { previewParts } from "./preview-parts.ts";
import { type JudgedWorkspace, previewWorkspace } from "./preview-workspace.ts";
import { alsoOf, type PreviewFormat, writePreview } from "./render/write-preview.ts";
import { type EngineOptions, NoStackError, readState, runEngine } from "./run-engine.ts";
import { type StackWorkspace, workspacesOf } from "./stack-workspaces.ts";
import { exitCodeOf } from "./verdict.ts";

export interface PreviewOptions {
  readonly stack: string;
  readonly cwd?: string;
  readonly policyPack?: string;
  readonly policyPackConfig?: string;
  readonly format: PreviewFormat;
  readonly output?: string;
  /** `FORMAT=FILE`, several. */
  readonly also?: readonly string[];
  readonly savePlan?: string;
  readonly against?: string;
}

/** `lintel preview`: one preview of the engine with the pack, as one report; resolves to the exit code. */
export async function preview(options: PreviewOptions, console: Console): Promise<number> {
  const folder = resolve(options.cwd ?? ".");
  const malformed = (options.also ?? []).find((entry) => alsoOf(entry) === undefined);
  if (malformed !== undefined) return refuse(exitCodes.usage, `--also takes FORMAT=FILE, not "${malformed}"`, console);
  const project = await projectName(folder);
  if (project === undefined) return refuse(exitCodes.nothing, `there is no Pulumi.yaml in ${folder}`, console);
  const pack = findPack(options.policyPack);
  if (pack === undefined) {
    const where = options.policyPack ?? "node_modules/@lintel/policypack/dist";
    return refuse(exitCodes.usage, `${where} is no built policy pack; name one with --policy-pack`, console);
  }
  try {
    return await report(project, engineOptions(options, folder, pack, console), options, console);
  } catch (error) {
    if (error instanceof NoStackError) {
      return refuse(exitCodes.nothing, `the project "${project}" has no stack "${options.stack}"`, console);
    }
    if (error instanceof BaselineError) return refuse(exitCodes.usage, error.message, console);
    throw error;
  }
}

async function report(
  project: string,
  engine: EngineOptions,
  options: PreviewOptions,
  console: Console,
): Promise<number> {
  const run = await runEngine(engine);
  const next = workspacesOf(run.resources.filter(({ operation }) => operation !== "delete"));
  // An engine that did not come that far may not be able to read its state either.
  const old =
    run.packVersion === undefined ? new Map<string, StackWorkspace>() : await baseline(engine, options.against, next);
  const now = console.now();
  const judged: JudgedWorkspace[] = [];
  for (const name of namesOf(old, next, run.hasFailed)) {
    judged.push(await previewWorkspace(engine.folder, old.get(name), next.get(name), now, previewParts));
  }
  const built = buildReport(run, judged, {
    project,
    stack: options.stack,
    against: options.against ?? "deployed",
    ...(options.savePlan === undefined ? {} : { plan: options.savePlan }),
  });
  const problem = await writePreview(built, judged, options, console);
  return problem === undefined ? exitCodeOf(built) : refuse(exitCodes.usage, problem, console);
}

/** A workspace that a failed program never came to is not one that it removes. */
function namesOf(
  old: ReadonlyMap<string, StackWorkspace>,
  next: ReadonlyMap<string, StackWorkspace>,
  hasFailed: boolean,
): readonly string[] {
  return [...new Set([...next.keys(), ...(hasFailed ? [] : old.keys())])].sort();
}

async function baseline(
  engine: EngineOptions,
  revision: string | undefined,
  next: ReadonlyMap<string, StackWorkspace>,
): Promise<ReadonlyMap<string, StackWorkspace>> {
  if (revision === undefined) return workspacesOf(await readState(engine));
  const found = await Promise.all([...next.values()].map((each) => workspaceAt(revision, engine.folder, each)));
  return new Map(found.flatMap((workspace) => (workspace === undefined ? [] : [[workspace.name, workspace]])));
}

function engineOptions(options: PreviewOptions, folder: string, pack: string, console: Console): EngineOptions {
  const { stack, policyPackConfig, savePlan } = options;
  return {
    folder,
    stack,
    pack,
    ...(policyPackConfig === undefined ? {} : { packConfiguration: resolve(policyPackConfig) }),
    ...(savePlan === undefined ? {} : { plan: resolve(savePlan) }),
    ...(console.isTerminal ? { onProgress: console.error } : {}),
  };
}

async function projectName(folder: string): Promise<string | undefined> {
  const file = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"].map((name) => join(folder, name)).find(existsSync);
  if (file === undefined) return undefined;
  const project = parse(await readFile(file, "utf8")) as { readonly name?: unknown } | null;
  return typeof project?.name === "string" ? project.name : undefined;
}

function refuse(code: number, message: string, console: Console): number {
  console.error(`lintel: ${message}\n`);
  return code;
}
