import type { PlacedAcknowledgement } from "./apply-acknowledgements.ts";
import { type PlacedFinding, problemFinding } from "./problem-finding.ts";

/** Acknowledgements of tools that the workspace does not have. */
export function orphanedAcknowledgements(
  placed: readonly PlacedAcknowledgement[],
  toolNames: ReadonlySet<string>,
): readonly PlacedFinding[] {
  return placed
    .filter(({ acknowledgement }) => !toolNames.has(acknowledgement.tool))
    .map(({ acknowledgement, path }) => ({ finding: problemFinding("acknowledgement-unused", acknowledgement), path }));
}
