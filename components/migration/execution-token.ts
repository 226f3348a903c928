// Decision: a failed execution leaves the job as Pulumi wants it, so the next `up` would send nothing and go on to the
// service. The token therefore counts attempts, and whether another is due is asked of the job itself.

/** What Cloud Run says about the job as it is deployed. */
export interface DeployedJob {
  /** `runExecutionToken` that it was last given. */
  readonly token: string;
  /** Its execution has ended well. */
  readonly isReady: boolean;
}

/**
 * The token to give the job: `base` for a migration that was never tried, the one it has while that succeeded, else the next
 * attempt's (`base-2`, `base-3`, …).
 */
export function executionToken(base: string, deployed: DeployedJob | undefined): string {
  if (deployed === undefined) return base;
  const attempt = attemptOf(base, deployed.token);
  if (attempt === undefined) return base;
  return deployed.isReady ? deployed.token : `${base}-${attempt + 1}`;
}

function attemptOf(base: string, token: string): number | undefined {
  if (token === base) return 1;
  if (!token.startsWith(`${base}-`)) return undefined;
  const attempt = Number(token.slice(base.length + 1));
  return Number.isSafeInteger(attempt) ? attempt : undefined;
}
