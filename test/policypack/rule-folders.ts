// The folders of the rules and their fixtures, each compiled into a workspace of its own.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CompiledSpecs, compileFiles } from "@lintel/specs";

const folder = fileURLToPath(new URL("../../policypack/risk/rules", import.meta.url));
const shared = "fixture-workspace";

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export const ruleIds: readonly string[] = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== shared)
  .map(({ name }) => name);

/** Names of what stands in a rule's folder. */
export function filesOf(id: string): readonly string[] {
  return readdirSync(join(folder, id));
}

export function readRuleFile(id: string, ...path: readonly string[]): string {
  return readFileSync(join(folder, id, ...path), "utf8");
}

/** The workspace that a rule's fixtures stand in: its own where it has one. */
export function fixtureWorkspace(id: string): readonly SourceFile[] {
  const home = existsSync(join(folder, id, "workspace.yaml")) ? id : shared;
  const entities = readdirSync(join(folder, shared, "entities")).map((name) => ({
    path: `entities/${name}`,
    text: readRuleFile(shared, "entities", name),
  }));
  return [{ path: "workspace.yaml", text: readRuleFile(home, "workspace.yaml") }, ...entities];
}

export function compiledFixture(id: string, file: string): CompiledSpecs {
  return compiledFiles([...fixtureWorkspace(id), { path: `tools/${file}`, text: readRuleFile(id, file) }]);
}

/** @throws Error with the diagnostics where the files do not compile. */
export function compiledFiles(files: readonly SourceFile[]): CompiledSpecs {
  const { specs, diagnostics } = compileFiles([...files]);
  if (specs === undefined) throw new Error(JSON.stringify(diagnostics, null, 2));
  return specs;
}
