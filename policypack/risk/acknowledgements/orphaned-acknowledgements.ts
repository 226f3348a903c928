import type { AnalysisOptions } from "../analysis-options.ts";
import { type PlacedAcknowledgement, problemsOf } from "./apply-acknowledgements.ts";
import type { PlacedFinding } from "./problem-finding.ts";

const noRed: ReadonlySet<string> = new Set();

/** What is wrong with acknowledgements of tools that the workspace does not have: that, and all else. */
export function orphanedAcknowledgements(
  placed: readonly PlacedAcknowledgement[],
  toolNames: ReadonlySet<string>,
  now: Date | string,
  options: AnalysisOptions,
): readonly PlacedFinding[] {
  return placed
    .filter(({ acknowledgement }) => !toolNames.has(acknowledgement.tool))
    .flatMap((entry) => {
      const why = `there is no tool "${entry.acknowledgement.tool}"`;
      return problemsOf(entry, [], noRed, now, options, why);
    });
}
