import type { SourceMap } from "../bundle/bundle.ts";
import type { SourcePosition } from "../diagnostic.ts";
import type { Entity } from "../language/entity.ts";
import type { Workspace } from "../language/workspace.ts";
import { positionAt } from "../load/source-text.ts";
import type { SpecFile } from "../load/spec-file.ts";
import { type Path, type Span, spanAt, spanFinder } from "../load/yaml-span.ts";
import type { Places } from "./places.ts";

/** What other specs may name. A broken file's names are declared, with nothing known of them: one error causes no others. */
export interface Declared {
  /** By name; undefined where the file is broken. */
  readonly entities: ReadonlyMap<string, Entity | undefined>;
  /** Undefined where workspace.yaml is missing or broken. */
  readonly workspace: Workspace | undefined;
  readonly policies: ReadonlySet<string>;
}

/** Where all places stand: at their keys, where they have one. Found when asked for: a green verdict needs none. */
export function sourcesOf(places: Places): SourceMap {
  const found: { positions?: Readonly<Record<string, SourcePosition>> } = {};
  const sources: SourceMap = {
    get positions() {
      found.positions ??= positionsOf(places);
      return found.positions;
    },
  };
  const find = (key: string): SourcePosition | undefined => {
    const place = places.get(key);
    return place === undefined ? undefined : positionAt(place.file.source, spanAt(place.file.root, place.path).key);
  };
  // Not enumerable: a copy for another thread is data only.
  return Object.defineProperty(sources, "find", { value: find });
}

function positionsOf(places: Places): Readonly<Record<string, SourcePosition>> {
  const finders = new Map<SpecFile, (path: Path) => Span>();
  return Object.fromEntries(
    [...places.all()].map(([key, { file, path }]) => {
      const find = finders.get(file) ?? spanFinder(file.root);
      finders.set(file, find);
      return [key, positionAt(file.source, find(path).key)];
    }),
  );
}
