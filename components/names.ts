import { digestOf, shortDigest } from "@lintel/specs";
import { RunError } from "@pulumi/pulumi";

/**
 * Names of Google resources: `workspace-suffix`, within `maximum` characters. What does not fit is cut and gets six
 * characters of the whole name's digest, so that two long names stay two names.
 */
export function resourceName(workspace: string, suffix: string, maximum: number): string {
  const name = suffix === "" ? workspace : `${workspace}-${suffix}`;
  if (name.length <= maximum) return name;
  const digest = shortDigest(digestOf(name), 6);
  return `${name.slice(0, maximum - digest.length - 1).replace(/-+$/, "")}-${digest}`;
}

/** Characters that Google allows, by kind; the emulator enforces the same list. */
export const nameLimits = {
  /** iam/docs/reference/rest/v1/projects.serviceAccounts/create (accountId) */
  serviceAccount: 30,
  /** run/docs/reference/rest/v2/projects.locations.services/create (serviceId): fewer than 50 */
  service: 49,
  /** A job's name and its execution token, with the hyphen between them, share 62: the token takes up to 20. */
  job: 40,
  /** compute/docs/naming-resources; Artifact Registry has the same */
  compute: 63,
  /** Pulumi adds eight random characters, up to 63: a deleted Cloud SQL instance's name stays reserved for a week. */
  sqlInstance: 55,
  /** secret-manager/docs/reference/rest/v1/projects.secrets/create (secretId) */
  secret: 255,
  /** scheduler/docs/reference/rest/v1/projects.locations.jobs (name) */
  schedule: 500,
} as const;

const workspaceName = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Throws unless the name can stand in a label and begin every resource's name. */
export function assertWorkspaceName(name: string): void {
  if (workspaceName.test(name)) return;
  throw new RunError(
    `"${name}" cannot name a workspace: use 1 to 63 lowercase letters, digits and hyphens, beginning with a letter`,
  );
}
