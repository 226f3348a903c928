import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Locate } from "@lintel/policypack/risk";
import { type CompiledSpecs, canonicalJson, compileFolder, locate as locateIn } from "@lintel/specs";
import type { StackTool, StackWorkspace } from "./stack-workspaces.ts";

/** The spec files of a workspace, where the very specs that were previewed are at hand: a wrong line is worse than none. */
export interface SpecFolder {
  readonly root: string;
  readonly specs: CompiledSpecs;
}

export async function findSpecFolder(
  project: string,
  { specs: path, environment, digest }: StackWorkspace,
): Promise<SpecFolder | undefined> {
  const root = path === undefined ? undefined : resolve(project, path);
  if (root === undefined || !existsSync(root)) return undefined;
  const { specs } = await compileFolder(root, environment === undefined ? {} : { environment });
  return specs?.bundle.digest === digest ? { root, specs } : undefined;
}

/** Positions of one tool's findings, those about its acknowledgements included. */
export function locateTool({ specs }: SpecFolder, { acknowledgements }: StackTool): Locate {
  const prefix = "acknowledgement/";
  return (path) => {
    if (!path.startsWith(prefix)) return locateIn(specs.sources, path);
    const own = acknowledgements[Number(path.slice(prefix.length))];
    const index = specs.acknowledgements.findIndex(
      (each) => own !== undefined && canonicalJson(each) === canonicalJson(own),
    );
    return index < 0 ? undefined : locateIn(specs.sources, `${prefix}${String(index)}`);
  };
}
