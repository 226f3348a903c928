import type { CloudRule } from "../cloud-rule.ts";
import { databaseInstance, databaseKind, isReplica } from "../database-instance.ts";
import { valueAt } from "../read-props.ts";

const backups = ["settings", "backupConfiguration"] as const;

export const databaseWithoutBackup: CloudRule = {
  id: "database-without-backup",
  title: "A Cloud SQL instance is backed up, and can be restored to a point in time",
  rationale: "Without them a wrong statement or a lost disk is the end of the data since the last export.",
  fix: "set settings.backupConfiguration to { enabled: true, pointInTimeRecoveryEnabled: true }",
  severity: "critical",
  enforcement: "mandatory",
  covers: (type) => type === databaseInstance,
  observe: ({ props }) => [
    () => (isReplica(props) || valueAt(props, ...backups, "enabled") === true ? undefined : "has no backups"),
    () => {
      if (isReplica(props) || databaseKind(props) === "SQLSERVER") return undefined;
      const key = databaseKind(props) === "MYSQL" ? "binaryLogEnabled" : "pointInTimeRecoveryEnabled";
      return valueAt(props, ...backups, key) === true ? undefined : `has no point-in-time recovery (${key})`;
    },
  ],
};
