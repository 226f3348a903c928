import { type MigrationPlan, planMigration } from "@lintel/executor";
import { mermaidOfFlow } from "@lintel/specs";
import type { MigrationPreview } from "./preview-report.ts";
import type { PreviewParts } from "./preview-workspace.ts";

/** What other parts contribute: the flow diagrams of the specs' reference and the plans of the executor's migration. */
export const previewParts: PreviewParts = {
  drawFlow: mermaidOfFlow,
  planMigration: (old, next, acknowledgements, today) => {
    try {
      return shown(planMigration(old, next, { acknowledgements, today }));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return { steps: [], refusals: [`the migration cannot be planned: ${error.message}`], notes: [] };
    }
  },
};

function shown({ steps, refusals, waiting, retired }: MigrationPlan): MigrationPreview {
  return {
    steps: steps.map(({ sql, lock, phase, isDestructive }) => ({ sql, lock, phase, isDestructive })),
    refusals: refusals.map(({ message, hint }) => `${message}; ${hint}`),
    notes: [
      ...waiting.map((each) => `waits for a later release: ${nameOf(each)}`),
      ...retired.map((each) => `kept until an acknowledgement drops it: ${nameOf(each)}`),
    ],
  };
}

function nameOf({ entity, field }: { readonly entity: string; readonly field?: string }): string {
  return field === undefined ? entity : `${entity}.${field}`;
}
