import { relative, resolve } from "node:path";
import type { RiskReport } from "@lintel/policypack/risk";
import type { Acknowledgement } from "@lintel/specs";
import { RunError } from "@pulumi/pulumi";
import { judgeNow } from "./judge-now.ts";
import type { JudgedSpecs } from "./judgement.ts";
import { describeBlock, describeDiagnostics } from "./refusal.ts";

export interface SpecsSource {
  /** Spec folder, relative to the Pulumi project (or absolute). */
  readonly specs: string;
  readonly environment?: string;
  readonly acknowledgements?: readonly Acknowledgement[];
}

/** @throws RunError with every diagnostic when the specs do not compile. */
export function judgeWorkspace(workspace: string, source: SpecsSource): JudgedSpecs {
  const judgement = judgeNow({
    folder: resolve(source.specs),
    environment: source.environment,
    acknowledgements: source.acknowledgements ?? [],
    now: new Date().toISOString(),
  });
  if (judgement.type === "judged") return judgement;
  throw new RunError(describeDiagnostics(workspace, projectPath(source.specs), judgement.diagnostics));
}

/**
 * @throws RunError that names every finding, when the verdict is Red or Yellow without a valid acknowledgement. It names no
 * resource: where the pack refuses the Workspace too, that resource has no URN, and the message would wait for it forever.
 */
export function refuseBlocked(workspace: string, specs: string, report: RiskReport): void {
  if (report.isBlocked) throw new RunError(describeBlock(workspace, projectPath(specs), report));
}

/** A path relative to the Pulumi project: an absolute one would differ between machines and end up in the state. */
export function projectPath(path: string): string {
  return relative(process.cwd(), resolve(path)).replaceAll("\\", "/") || ".";
}
