import type { FixedSpecs, LeftFinding } from "@lintel/policypack/risk";
import type { Diagnostic, RiskLevel, TextEdit } from "@lintel/specs";

interface NamedFinding {
  readonly rule: string;
  readonly level: Exclude<RiskLevel, "green">;
  readonly tool: string;
  readonly node?: string;
  readonly message: string;
}

/** What `lintel fix --format json` prints; `version` changes when its shape does. Offsets are UTF-16 code units of the file's text without a byte order mark. */
export interface FixReport {
  readonly version: 1;
  readonly dryRun: boolean;
  /** In the order they were made; `edits` are of the file as the fixes before left it. */
  readonly applied: readonly (NamedFinding & {
    readonly safety: "safe" | "unsafe";
    readonly title: string;
    readonly edits: readonly TextEdit[];
  })[];
  readonly left: readonly (NamedFinding & {
    readonly file?: string;
    readonly line?: number;
    readonly column?: number;
    readonly why: string;
    /** The unsafe fix that would repair it. */
    readonly offered?: string;
  })[];
  /** All fixes together, as edits of the files as they were. */
  readonly edits: readonly TextEdit[];
  readonly errors: readonly Diagnostic[];
}

export function fixReport({ applied, left, edits, diagnostics }: FixedSpecs, isDryRun: boolean): FixReport {
  return {
    version: 1,
    dryRun: isDryRun,
    applied: applied.map(({ finding, safety, title, edits: own }) => ({
      ...named(finding),
      safety,
      title,
      edits: own,
    })),
    left: left.map(({ finding, why, offered }) => ({
      ...named(finding),
      ...placeOf(finding),
      why,
      ...(offered === undefined ? {} : { offered }),
    })),
    edits,
    errors: diagnostics,
  };
}

function named({ rule, level, tool, node, message }: LeftFinding["finding"]): NamedFinding {
  return { rule, level, tool, ...(node === undefined ? {} : { node }), message };
}

function placeOf({ file, line, column }: LeftFinding["finding"]): {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
} {
  if (file === undefined || line === undefined || column === undefined) return {};
  return { file, line, column };
}
