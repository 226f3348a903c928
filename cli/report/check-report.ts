import type { Confidence, Finding, FixKind, RiskReport } from "@lintel/policypack/risk";
import type { Diagnostic, Digest, RiskLevel } from "@lintel/specs";

/** One finding as `--format json` prints it; the position is absent where none is known. */
export interface CheckedFinding {
  readonly rule: string;
  readonly level: Exclude<RiskLevel, "green">;
  readonly confidence: Confidence;
  readonly node?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
  readonly fix: { readonly kind: FixKind; readonly title: string };
  readonly fingerprint: string;
  /** Who accepts the finding, until when; only on an acknowledged one. */
  readonly acknowledged?: { readonly by: string; readonly expires: string; readonly reason: string };
}

export interface CheckedTool {
  readonly name: string;
  readonly level: RiskLevel;
  readonly findings: readonly CheckedFinding[];
}

/** What `lintel check --format json` prints; `version` changes when its shape does. */
export interface CheckReport {
  readonly version: 1;
  /** Null where the specs do not compile, as is `level`. */
  readonly digest: Digest | null;
  readonly level: RiskLevel | null;
  readonly tools: readonly CheckedTool[];
  /** Findings about acknowledgements that name no tool. */
  readonly findings: readonly CheckedFinding[];
  readonly errors: readonly Diagnostic[];
}

export function checkReport({ digest, level, tools, findings }: RiskReport): CheckReport {
  return {
    version: 1,
    digest,
    level,
    tools: tools.map((tool) => ({ name: tool.name, level: tool.level, findings: tool.findings.map(checkedFinding) })),
    findings: findings.map(checkedFinding),
    errors: [],
  };
}

export function failedReport(errors: readonly Diagnostic[]): CheckReport {
  return { version: 1, digest: null, level: null, tools: [], findings: [], errors };
}

/** One finding as the reports have it. */
export function checkedFinding(finding: Finding): CheckedFinding {
  const { rule, level, confidence, node, file, line, column, message, fix, fingerprint, acknowledged } = finding;
  return {
    rule,
    level,
    confidence,
    ...(node === undefined ? {} : { node }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    message,
    fix: { kind: fix.kind, title: fix.title },
    fingerprint,
    ...(acknowledged === undefined
      ? {}
      : { acknowledged: { by: acknowledged.by, expires: acknowledged.expires, reason: acknowledged.reason } }),
  };
}
