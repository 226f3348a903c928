import { relative, sep } from "node:path";
import type { CheckedFinding, CheckReport } from "./check-report.ts";
import type { FrameOf } from "./frames.ts";

/** A spec folder with its verdict or its errors: what every format prints. */
export interface CheckedFolder {
  /** As the user named it. */
  readonly folder: string;
  /** Absolute path. */
  readonly root: string;
  readonly report: CheckReport;
  readonly frameOf: FrameOf;
}

/** A finding with the tool that it is about; undefined for one about acknowledgements that name no tool. */
export interface PlacedFinding {
  readonly checked: CheckedFolder;
  readonly tool: string | undefined;
  readonly finding: CheckedFinding;
}

/** Every finding of every folder: Red, then Yellow, then acknowledged ones; within each by folder and tool. */
export function worstFirst(folders: readonly CheckedFolder[]): readonly PlacedFinding[] {
  const placed = folders.flatMap((checked): readonly PlacedFinding[] => [
    ...checked.report.tools.flatMap(({ name, findings }) =>
      findings.map((finding) => ({ checked, tool: name, finding })),
    ),
    ...checked.report.findings.map((finding) => ({ checked, tool: undefined, finding })),
  ]);
  return placed.sort((a, b) => rankOf(a.finding) - rankOf(b.finding));
}

/** 0 for Red, 1 for Yellow that blocks, 2 for acknowledged. */
function rankOf({ level, acknowledged }: CheckedFinding): 0 | 1 | 2 {
  if (level === "red") return 0;
  return acknowledged === undefined ? 1 : 2;
}

/** Path of a spec file seen from a folder, with `/`; absolute where it does not lie below. */
export function pathFrom(base: string, { root }: Pick<CheckedFolder, "root">, file: string): string {
  const absolute = `${root.split(sep).join("/").replace(/\/$/, "")}/${file}`;
  const seen = relative(base, absolute).split(sep).join("/");
  return seen.startsWith("../") || seen === ".." ? absolute : seen;
}

/** `tool/node`, or what there is of it. */
export function subjectOf({ tool, finding }: PlacedFinding): string {
  const name = tool ?? "acknowledgements";
  return finding.node === undefined ? name : `${name}/${finding.node}`;
}
