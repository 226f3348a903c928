import { posix } from "node:path";
import { type Change, type DiffLevel, type Digest, locate, type SourceMap, type SpecDiff } from "@lintel/specs";
import type { Side } from "./read-side.ts";

/** A change and where it stands in the new specs, as far as it does. */
export interface PlacedChange extends Change {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

interface Version {
  readonly name: string;
  readonly workspace: string;
  readonly digest: Digest;
}

/** What `lintel diff --format json` prints (diff-report.schema.json); `version` changes when its shape does. */
export interface DiffReport {
  readonly version: 1;
  readonly old: Version;
  readonly new: Version;
  readonly counts: Readonly<Record<DiffLevel, number>>;
  readonly changes: readonly PlacedChange[];
}

export function diffReport(old: Side, next: Side, { changes }: SpecDiff): DiffReport {
  const count = (wanted: DiffLevel): number => changes.filter(({ level }) => level === wanted).length;
  return {
    version: 1,
    old: versionOf(old),
    new: versionOf(next),
    counts: { breaking: count("breaking"), warning: count("warning"), info: count("info") },
    changes: changes.map((change) => ({ ...change, ...placeOf(change, next.sources, next.folder) })),
  };
}

function versionOf({ name, bundle }: Side): Version {
  return { name, workspace: bundle.workspace.name, digest: bundle.digest };
}

function placeOf(
  { path }: Change,
  sources: SourceMap | undefined,
  folder: string,
): Pick<PlacedChange, "file" | "line" | "column"> {
  const found = sources === undefined ? undefined : locate(sources, path);
  if (found === undefined) return {};
  const { file, line, column } = found;
  return { file: posix.join(folder.replaceAll("\\", "/"), file), line, column };
}
