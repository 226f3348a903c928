import type { JsonValue } from "../json.ts";
import type { SourceText } from "./source-text.ts";
import type { Root } from "./yaml-span.ts";

export type SpecKind = "workspace" | "entity" | "tool" | "policy" | "acknowledgements" | "scenario";

/** A spec file as text. */
export interface SpecText {
  /** Relative to the spec folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/**
 * A parsed spec file. `sound`: of the right shape. `repaired`: it has diagnostics, and its value is without the wrong keys, so
 * that what else is wrong is found in the same run. `broken`: nothing can be said of it but its name.
 */
export interface SpecFile {
  readonly kind: SpecKind;
  readonly source: SourceText;
  readonly root: Root;
  readonly value: JsonValue;
  readonly shape: "sound" | "repaired" | "broken";
  /** JSON pointers of the keys that `repaired` is without. */
  readonly wrong: readonly string[];
}

const folders: Readonly<Record<string, SpecKind>> = {
  entities: "entity",
  tools: "tool",
  policies: "policy",
  scenarios: "scenario",
};
const singles: Readonly<Record<string, SpecKind>> = { workspace: "workspace", acknowledgements: "acknowledgements" };

export const specFolders: readonly string[] = Object.keys(folders);
export const specSingles: readonly string[] = Object.keys(singles);
export const specExtension = /\.(ya?ml|json)$/;

/** Where a kind, as files write it, stands: `tools/NAME.yaml`; nothing for what is no kind. */
export function placeOfKind(written: unknown): string | undefined {
  const isWritten = (kind: SpecKind): boolean => kind === String(written).toLowerCase() && kind !== written;
  const folder = specFolders.find((name) => isWritten(folders[name] ?? "tool"));
  if (folder !== undefined) return `${folder}/NAME.yaml`;
  const single = specSingles.find((name) => isWritten(singles[name] ?? "workspace"));
  return single === undefined ? undefined : `${single}.yaml`;
}

/** The kind of spec that a path holds, by its folder or its name. */
export function kindOf(path: string): SpecKind | undefined {
  if (!specExtension.test(path)) return undefined;
  const slash = path.indexOf("/");
  return slash < 0 ? singles[path.replace(specExtension, "")] : folders[path.slice(0, slash)];
}
