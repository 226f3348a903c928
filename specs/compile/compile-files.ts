import type { CompiledSpecs } from "../bundle/bundle.ts";
import { assembleBundle, type NormalisedSpecs, planOnce } from "../bundle/slice.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { isJsonObject } from "../json.ts";
import type { Entity } from "../language/entity.ts";
import type { Policy } from "../language/policy.ts";
import type { Scenario } from "../language/scenario.ts";
import type { Tool } from "../language/tool.ts";
import type { Workspace } from "../language/workspace.ts";
import { editDistance } from "../load/did-you-mean.ts";
import { declaredName, loadFiles } from "../load/load-files.ts";
import { diagnosticAt, reporter } from "../load/report.ts";
import { kindOf, type SpecFile, type SpecKind, type SpecText } from "../load/spec-file.ts";
import { checkEntity } from "./check-entities.ts";
import { checkExpressions } from "./check-expressions.ts";
import { checkRoutes, checkUniqueNames, checkUnusedPatterns } from "./check-names.ts";
import { checkScenario } from "./check-scenario.ts";
import { checkSyntax } from "./check-syntax.ts";
import { type Declared, sourcesOf } from "./compilation.ts";
import { compileAcknowledgements, compileMigrationAcknowledgements } from "./compile-acknowledgements.ts";
import { compileEntity } from "./compile-entity.ts";
import { compilePolicy } from "./compile-policy.ts";
import { compileScenario } from "./compile-scenario.ts";
import { compileTool } from "./compile-tool.ts";
import { compileWorkspace, withSecrets } from "./compile-workspace.ts";
import { crudTools } from "./crud/crud-tools.ts";
import { markAcknowledgements, markEntity, markPolicy, markScenario, markTool, markWorkspace } from "./mark-places.ts";
import { newPlaces, type Places } from "./places.ts";

export interface CompileOptions {
  /** An environment of workspace.yaml, whose values replace the workspace's own. */
  readonly environment?: string | undefined;
  /** The files are a part of a workspace: what names nothing in them may name what is outside. */
  readonly isPart?: boolean | undefined;
}

/** `specs` only when there is no diagnostic. */
export interface Compiled {
  readonly specs?: CompiledSpecs;
  readonly diagnostics: readonly Diagnostic[];
}

/** Something compiled, and the file it stands in. */
interface Sourced<T> {
  readonly file: SpecFile;
  readonly value: T;
}

/** Compiles spec files to a bundle, its acknowledgements and its source map; pure, and it throws for no content. */
export function compileFiles(files: readonly SpecText[], options: CompileOptions = {}): Compiled {
  const sink: Diagnostic[] = [];
  const loaded = loadFiles(files, sink);
  checkUniqueNames(loaded, sink);
  const places = newPlaces();
  const workspace = oneWorkspace(loaded, options.environment, places, sink);
  const entities = usable(loaded, "entity").map((file): Sourced<Entity> => {
    markEntity(file, places);
    return { file, value: compileEntity(file.value, reporter(file, sink)) };
  });
  const policies = usable(loaded, "policy").map((file): Policy => {
    markPolicy(file, places);
    return compilePolicy(file.value, reporter(file, sink));
  });
  const declared: Declared = {
    entities: entitiesByName(loaded, entities),
    workspace,
    policies: namesOf(loaded, "policy"),
  };
  for (const { file, value } of entities) checkEntity(value, declared, reporter(file, sink));
  const tools = allTools(loaded, entities, declared, places, sink);
  if (options.isPart !== true) checkUnusedPatterns(loaded, tools, sink);
  const acknowledgements = usable(loaded, "acknowledgements").flatMap((file) => {
    markAcknowledgements(file, places);
    return compileAcknowledgements(file.value);
  });
  const migrations = usable(loaded, "acknowledgements").flatMap(({ value }) => compileMigrationAcknowledgements(value));
  if (workspace === undefined) {
    checkSyntaxOf(loaded, new Set(), sink);
    return { diagnostics: inOrder(sink) };
  }
  const specs: NormalisedSpecs = {
    workspace: withSecrets(workspace, webhookSecrets(tools)),
    entities: entities.map(({ value }) => value),
    tools,
    policies,
  };
  const planOf = planOnce();
  const checked = checkExpressions(specs, places, planOf, sink);
  const scenarios = allScenarios(loaded, specs, places, sink);
  if (sink.length > 0) {
    checkSyntaxOf(loaded, checked, sink);
    return { diagnostics: inOrder(sink) };
  }
  const sources = sourcesOf(places);
  const accepted = { acknowledgements, ...(migrations.length === 0 ? {} : { migrations }) };
  return { specs: { bundle: assembleBundle(specs, planOf), ...accepted, scenarios, sources }, diagnostics: [] };
}

/** Of the files whose expressions were not checked whole. */
function checkSyntaxOf(files: readonly SpecFile[], checked: ReadonlySet<string>, sink: Diagnostic[]): void {
  for (const file of files) if (!checked.has(file.source.file)) checkSyntax(file, sink);
}

/** The files of a kind that can be compiled, be it only to find what else is wrong. */
function usable(files: readonly SpecFile[], kind: SpecKind): readonly SpecFile[] {
  return files.filter((file) => file.kind === kind && file.shape !== "broken");
}

function oneWorkspace(
  files: readonly SpecFile[],
  environment: string | undefined,
  places: Places,
  sink: Diagnostic[],
): Workspace | undefined {
  const [first] = files.filter(({ kind }) => kind === "workspace");
  if (first === undefined) sink.push(diagnosticAt("missing-workspace", { file: "workspace.yaml", text: "" }, 0, {}));
  if (first === undefined || first.shape === "broken") return undefined;
  markWorkspace(first, places);
  const workspace = compileWorkspace(first.value, environment, reporter(first, sink));
  return isReadable(first) ? workspace : undefined;
}

/** What other specs read of the workspace. */
const readOfWorkspace: readonly string[] = ["roles", "providers", "values"];

/** Whether that is known although other keys are wrong: none of it is, and none may be meant by a misspelt key. */
function isReadable({ value, wrong }: SpecFile): boolean {
  const present = isJsonObject(value) ? Object.keys(value) : [];
  return wrong.every((pointer) => {
    const key = pointer.split("/")[1] ?? "";
    return readOfWorkspace.every((read) => read !== key && (present.includes(read) || editDistance(read, key) > 3));
  });
}

function entitiesByName(
  files: readonly SpecFile[],
  entities: readonly Sourced<Entity>[],
): ReadonlyMap<string, Entity | undefined> {
  const broken = [...namesOf(files, "entity")].map((name) => [name, undefined] as const);
  const sound = entities.filter(({ file }) => file.shape === "sound").map(({ value }) => [value.name, value] as const);
  return new Map<string, Entity | undefined>([...broken, ...sound]);
}

function namesOf(files: readonly SpecFile[], kind: SpecKind): ReadonlySet<string> {
  return new Set(files.filter((file) => file.kind === kind).flatMap((file) => declaredName(file) ?? []));
}

/** The tools of files, and the generated ones that no file replaces. */
function allTools(
  files: readonly SpecFile[],
  entities: readonly Sourced<Entity>[],
  declared: Declared,
  places: Places,
  sink: Diagnostic[],
): readonly Tool[] {
  const written = usable(files, "tool").map((file): Sourced<Tool> => {
    const { tool, nodePaths } = compileTool(file.value, declared, reporter(file, sink));
    markTool(file, tool.name, nodePaths, places);
    return { file, value: tool };
  });
  const replaced = namesOf(files, "tool");
  const generated = entities.flatMap(({ file, value }) =>
    crudTools(value, declared)
      .filter(({ tool }) => !replaced.has(tool.name))
      .map(({ tool, action }): Sourced<Tool> => {
        places.mark(`tool/${tool.name}`, { file, path: ["crud", action] });
        return { file, value: tool };
      }),
  );
  checkRoutes(
    [...written, ...generated].map(({ file, value }) => ({ file, tool: value })),
    sink,
  );
  return [...written, ...generated].map(({ value }) => value);
}

/** The scenarios, checked against specs that are sound; before, what is wrong with them would mostly be the specs' own. */
function allScenarios(
  files: readonly SpecFile[],
  specs: NormalisedSpecs,
  places: Places,
  sink: Diagnostic[],
): readonly Scenario[] {
  const areSpecsSound = sink.every(({ file }) => kindOf(file) === "scenario");
  return usable(files, "scenario").map((file) => {
    markScenario(file, places);
    const scenario = compileScenario(file.value, reporter(file, sink));
    if (areSpecsSound) checkScenario(scenario, file, specs, sink);
    return scenario;
  });
}

function webhookSecrets(tools: readonly Tool[]): readonly string[] {
  return tools.flatMap(({ trigger }) => (trigger.type === "webhook" ? [trigger.signature.secret] : []));
}

function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const rank = (a: Diagnostic, b: Diagnostic): number =>
    a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1;
  const seen = new Set<string>();
  return [...diagnostics].sort(rank).filter(({ file, line, column, code, message }) => {
    const key = `${file}:${String(line)}:${String(column)} ${code} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}
