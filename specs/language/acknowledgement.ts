/** A reviewed, expiring acceptance of one Yellow finding, from `acknowledgements.yaml`. */
export interface Acknowledgement {
  readonly tool: string;
  readonly rule: string;
  readonly node?: string;
  readonly fingerprint: string;
  readonly reason: string;
  readonly by: string;
  /** YYYY-MM-DD; the last day on which it holds (UTC). Malformed counts as expired. */
  readonly expires: string;
  readonly why?: string;
}
