import type { Props } from "./cloud-rule.ts";
import { textAt } from "./read-props.ts";

export const databaseInstance = "gcp:sql/databaseInstance:DatabaseInstance";
export const databaseUser = "gcp:sql/user:User";

/** A replica takes its users, backups and protection from its primary. */
export function isReplica(props: Props): boolean {
  return textAt(props, "masterInstanceName") !== undefined;
}

/** `POSTGRES`, `MYSQL` or `SQLSERVER`. */
export function databaseKind(props: Props): string {
  return (textAt(props, "databaseVersion") ?? "").split("_")[0] ?? "";
}
