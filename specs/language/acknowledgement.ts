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

/** A reviewed, expiring acceptance of one effect of a migration, from `migrations` of `acknowledgements.yaml`. */
export interface MigrationAcknowledgement {
  /** `drop`: its rows or values are deleted. `lock`: its table may stay locked for as long as a change takes. */
  readonly action: "drop" | "lock";
  readonly entity: string;
  /** `drop` only; absent where the whole entity goes. */
  readonly field?: string;
  readonly reason: string;
  readonly by: string;
  /** YYYY-MM-DD; the last day on which it holds (UTC). */
  readonly expires: string;
}
