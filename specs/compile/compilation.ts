import type { SourcePosition } from "../diagnostic.ts";
import type { Entity } from "../language/entity.ts";
import type { Workspace } from "../language/workspace.ts";
import { positionAt } from "../load/source-text.ts";
import type { SpecFile } from "../load/spec-file.ts";
import { type Path, spanAt } from "../load/yaml-span.ts";

/** What other specs may name. A broken file's names are declared, with nothing known of them: one error causes no others. */
export interface Declared {
  /** By name; undefined where the file is broken. */
  readonly entities: ReadonlyMap<string, Entity | undefined>;
  /** Undefined where workspace.yaml is missing or broken. */
  readonly workspace: Workspace | undefined;
  readonly policies: ReadonlySet<string>;
}

/** A place in a spec file, by path. */
export interface Place {
  readonly file: SpecFile;
  readonly path: Path;
}

/** Places by SourceMap key. */
export type Places = Map<string, Place>;

/** The positions of all places: of their keys, where they have one. */
export function positionsOf(places: Places): Record<string, SourcePosition> {
  return Object.fromEntries(
    [...places].map(([key, { file, path }]) => [key, positionAt(file.source, spanAt(file.root, path).key)]),
  );
}
