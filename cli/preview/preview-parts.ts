import type { PreviewParts } from "./preview-workspace.ts";

/** What other parts contribute: the flow diagrams of specs/reference and the plans of executor/database/migration. */
export function previewParts(): Promise<PreviewParts> {
  return Promise.resolve({});
}
