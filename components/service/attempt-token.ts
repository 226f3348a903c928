// Decision: a failed migration or rollout leaves the resource as Pulumi wants it, so the next `up` would send nothing and go
// on. A token in it therefore counts attempts, and whether another one is due is asked of Cloud Run itself.

/** What Cloud Run says about a job or service as it is deployed. */
export interface DeployedAttempt {
  /** The token that it was last given. */
  readonly token: string;
  /** What that token asked for has not failed. */
  readonly isReady: boolean;
}

/**
 * The token to give it: `base` for what was never tried, the one it has while that succeeded, else the next attempt's
 * (`base-2`, `base-3`, …).
 */
export function attemptToken(base: string, deployed: DeployedAttempt | undefined): string {
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
