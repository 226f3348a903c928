import type { CloudResource, CloudRule } from "../cloud-rule.ts";
import { databaseInstance, isReplica } from "../database-instance.ts";
import { valueAt } from "../read-props.ts";

const google = ["settings", "deletionProtectionEnabled"] as const;

/** Nobody decided: Google's protection is off unless it is asked for. */
export const unprotectedDatabase: CloudRule = {
  id: "unprotected-database",
  title: "A Cloud SQL instance is protected against deletion, by Pulumi and by Google",
  rationale: "A wrong destroy, here or in Google's console, deletes the data and its backups.",
  fix: "set deletionProtection and settings.deletionProtectionEnabled to true (both to false only to destroy it)",
  severity: "critical",
  enforcement: "mandatory",
  covers: (type) => type === databaseInstance,
  observe: ({ props }) => [
    () => {
      if (isReplica(props) || isGivenUp(props) || valueAt(props, ...google) === true) return undefined;
      return "is not protected by Google (settings.deletionProtectionEnabled)";
    },
    () => {
      if (isReplica(props) || isGivenUp(props) || valueAt(props, "deletionProtection") !== false) return undefined;
      return "is not protected by Pulumi (deletionProtection)";
    },
  ],
};

/** Somebody decided: that is how a database is destroyed on purpose, so it is shown, and blocks where an organization wants it. */
export const deletionAllowed: CloudRule = {
  id: "deletion-allowed",
  title: "A Cloud SQL instance whose deletion protections are both switched off",
  rationale: "The next destroy deletes the data and its backups.",
  fix: "switch both protections on, unless the database is to be destroyed",
  severity: "high",
  enforcement: "advisory",
  covers: (type) => type === databaseInstance,
  observe: ({ props }) => [
    () => (!isReplica(props) && isGivenUp(props) ? "may be deleted: both deletion protections are off" : undefined),
  ],
};

function isGivenUp(props: CloudResource["props"]): boolean {
  return valueAt(props, "deletionProtection") === false && valueAt(props, ...google) === false;
}
