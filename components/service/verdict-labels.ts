import { type Digest, type RiskLevel, shortDigest } from "@lintel/specs";

/** What was judged, and how: goes onto the service and the migration job, and into their checks. */
export interface Verdict {
  readonly workspace: string;
  readonly digest: Digest;
  readonly level: RiskLevel;
}

/** Labels hold 63 characters: the digest is in base32 there, in full in the environment. */
export function verdictLabels({ workspace, digest, level }: Verdict): Record<string, string> {
  return { "lintel-workspace": workspace, "lintel-digest": shortDigest(digest), "lintel-risk": level };
}
