import type { CloudResource, CloudRule, Observation } from "../cloud-rule.ts";
import { databaseInstance, databaseKind, databaseUser, isReplica } from "../database-instance.ts";
import { isGivenAt, listAt, textAt } from "../read-props.ts";

/** The flag that switches IAM logins on, by kind of database. SQL Server has none. */
const flags: Readonly<Record<string, string>> = {
  POSTGRES: "cloudsql.iam_authentication",
  MYSQL: "cloudsql_iam_authentication",
};
const passwords = ["password", "passwordWo", "rootPassword", "rootPasswordWo"] as const;

export const databasePassword: CloudRule = {
  id: "database-password",
  title: "Databases are logged in to by IAM, never by password",
  rationale: "A password is copied, shared and never changed; an IAM login ends with the account that has it.",
  fix: "switch cloudsql.iam_authentication on, and make users of type CLOUD_IAM_SERVICE_ACCOUNT without a password",
  severity: "critical",
  enforcement: "mandatory",
  covers: (type) => type === databaseInstance || type === databaseUser,
  observe: (resource) => [
    resource.type === databaseInstance ? missingFlag(resource) : builtInUser(resource),
    () => (passwords.some((name) => isGivenAt(resource.props, name)) ? "has a password" : undefined),
  ],
};

function missingFlag({ props }: CloudResource): Observation {
  return () => {
    const flag = flags[databaseKind(props)];
    if (flag === undefined || isReplica(props)) return undefined;
    const entry = listAt(props, "settings", "databaseFlags").find((each) => textAt(each, "name") === flag);
    return entry !== undefined && textAt(entry, "value") === "on" ? undefined : `has the flag ${flag} not on`;
  };
}

function builtInUser({ props }: CloudResource): Observation {
  return () => {
    const type = textAt(props, "type") ?? "BUILT_IN";
    return type.startsWith("CLOUD_IAM_") ? undefined : `is a user of type ${type}, which logs in by password`;
  };
}
