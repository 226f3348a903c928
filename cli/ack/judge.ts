import { analyse, type Finding } from "@lintel/policypack/risk";
import { type CompiledSpecs, compileFiles, type Diagnostic } from "@lintel/specs";
import type { SpecFolder } from "../fix/spec-folder.ts";

/** Compiled specs and every finding on them; `specs` only where there is no diagnostic. */
export interface Judged {
  readonly specs?: CompiledSpecs;
  readonly files: SpecFolder["files"];
  readonly findings: readonly Finding[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Judges files that are at hand; where a flow holds SQL, its parser is loaded already. */
export function judge({ files, diagnostics }: SpecFolder, environment: string | undefined, now: Date): Judged {
  const compiled = compileFiles(files, { environment });
  const all = [...diagnostics, ...compiled.diagnostics];
  if (compiled.specs === undefined || all.length > 0) return { files, findings: [], diagnostics: all };
  const { bundle, acknowledgements, sources } = compiled.specs;
  const report = analyse(bundle, acknowledgements, now, sources);
  const findings = [...report.tools.flatMap((tool) => tool.findings), ...report.findings];
  return { specs: compiled.specs, files, findings, diagnostics: [] };
}
