/** What an organization may tighten; nothing here can loosen a verdict. */
export interface AnalysisOptions {
  /** Rows above which one write is of high impact; only values below the default of 100 count. */
  readonly rowThreshold?: number;
  /** Who may accept a Yellow finding (`by`); everyone when absent. */
  readonly approvers?: readonly string[];
  /** Days from now up to which an acknowledgement may reach; ten years when absent, and at most. */
  readonly maximumAcknowledgementAge?: number;
}

export const defaultRowThreshold = 100;
