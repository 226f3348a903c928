import type { JsonObject } from "../api/json.ts";
import type { LoginRules } from "../sql/database-servers.ts";
import { text, type World } from "../world.ts";
import { projectPolicy } from "./resource-manager.ts";
import { hasFlag, ipConfigurationOf } from "./sql-instance.ts";

/** Roles that contain cloudsql.instances.login. */
const loginRoles = ["roles/cloudsql.instanceUser", "roles/cloudsql.admin", "roles/owner"];

/** Who may log in over what: IAM users need the flag and a role, and TLS is asked for by the instance's settings. */
export function loginRules(world: World): LoginRules {
  const instances = world.store.collection<JsonObject>("sqlInstances");
  const users = world.store.collection<JsonObject>("sqlUsers");
  return {
    requiresTls: (key) => {
      const ip = ipConfigurationOf(instances.get(key) ?? {});
      return text(ip, "sslMode") !== "ALLOW_UNENCRYPTED_AND_ENCRYPTED" || ip["requireSsl"] === true;
    },
    refuse: (key, user) => {
      const known = users.get(`${key}/${user}`) ?? {};
      if (!text(known, "type").startsWith("CLOUD_IAM_")) return undefined;
      if (!hasFlag(instances.get(key) ?? {}, "cloudsql.iam_authentication")) {
        return `Cloud SQL IAM user authentication failed for user "${user}": flag cloudsql.iam_authentication is off`;
      }
      const email = text(known, "iamEmail");
      const member = email === "" ? `user:${user}` : `serviceAccount:${email}`;
      const resources = [projectPolicy(key.split("/")[0] ?? "")];
      if (world.policies.allows(resources, member, loginRoles)) return undefined;
      return `Cloud SQL IAM service account authentication failed for user "${user}"`;
    },
  };
}
