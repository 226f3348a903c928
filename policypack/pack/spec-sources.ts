import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type CompiledSpecs, canonicalJson, compileFolder, locate as locateIn } from "@lintel/specs";
import type { Locate } from "../risk/index.ts";
import type { SeenResources, SeenWorkspace } from "./seen-resources.ts";
import type { ToolInputs } from "./tool-inputs.ts";

/** Where findings stand in the spec files, as far as these are at hand; compiled once per workspace, when first needed. */
export class SpecSources {
  readonly #seen: SeenResources;
  readonly #compiled = new Map<string, Promise<CompiledSpecs | undefined>>();

  constructor(seen: SeenResources) {
    this.#seen = seen;
  }

  /** Undefined when no folder holds the very specs that the workspace was made from: a wrong line is worse than none. */
  async locate({ workspace: name, slice, acknowledgements }: ToolInputs): Promise<Locate | undefined> {
    const workspace = this.#seen.workspace(name);
    if (workspace?.specs === undefined) return undefined;
    const known = this.#compiled.get(name) ?? compileFrom(workspace, workspace.specs, slice.workspace.environment);
    this.#compiled.set(name, known);
    const specs = await known;
    if (specs === undefined) return undefined;
    const prefix = "acknowledgement/";
    return (path) => {
      if (!path.startsWith(prefix)) return locateIn(specs.sources, path);
      const own = acknowledgements[Number(path.slice(prefix.length))];
      const index = specs.acknowledgements.findIndex((each) => own !== undefined && isSame(each, own));
      return index < 0 ? undefined : locateIn(specs.sources, `${prefix}${String(index)}`);
    };
  }
}

function isSame(a: object, b: object): boolean {
  const { why: _a, ...left } = a as { readonly why?: string };
  const { why: _b, ...right } = b as { readonly why?: string };
  return canonicalJson(left) === canonicalJson(right);
}

async function compileFrom(
  { digest }: SeenWorkspace,
  specs: string,
  environment: string,
): Promise<CompiledSpecs | undefined> {
  for (const folder of foldersOf(specs)) {
    const options = environment === "default" ? {} : { environment };
    const { specs: compiled } = await compileFolder(folder, options);
    if (compiled?.bundle.digest === digest) return prefixed(compiled, specs);
  }
  return undefined;
}

/** Positions below the spec folder become positions below the Pulumi project, which is what a reader of the output has open. */
function prefixed(compiled: CompiledSpecs, specs: string): CompiledSpecs {
  const prefix = specs.replace(/^\.\//, "").replace(/\/?$/, "/");
  const positions = Object.entries(compiled.sources.positions).map(
    ([key, position]) => [key, { ...position, file: `${prefix}${position.file}` }] as const,
  );
  return { ...compiled, sources: { positions: Object.fromEntries(positions) } };
}

/** The engine tells a pack nothing about the project's folder: it is named, or it is where the command was typed, or above. */
function foldersOf(specs: string): readonly string[] {
  const starts = [process.env["LINTEL_PROJECT_ROOT"], process.env["PWD"], process.env["INIT_CWD"], process.cwd()];
  const roots = starts.flatMap((start) => (start === undefined ? [] : ancestorsOf(resolve(start))));
  return [...new Set(roots.map((root) => resolve(root, specs)))].filter((folder) =>
    existsSync(resolve(folder, "workspace.yaml")),
  );
}

function ancestorsOf(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestorsOf(parent)];
}
