import { ApiError } from "../api/errors.ts";
import { toJson } from "../api/json.ts";
import type { ServiceAccount } from "../identity/service-accounts.ts";
import { type Call, type Handlers, parameter, type World } from "../world.ts";
import { requireEnabled } from "./service-usage.ts";

/** Roles that contain iam.serviceAccounts.getAccessToken (iam/docs/service-account-permissions). */
const tokenRoles = ["roles/iam.serviceAccountTokenCreator", "roles/iam.workloadIdentityUser"];

/** IAM Service Account Credentials v1: access tokens in another account's name, for who may have them. */
export function iamCredentialsHandlers(world: World): Handlers {
  return {
    "iamcredentials.projects.serviceAccounts.generateAccessToken": async (call) => {
      const account = find(world, call);
      requireEnabled(world.store, account.projectId, "iamcredentials.googleapis.com");
      requireRole(world, account, call);
      if (((call.body["scope"] ?? []) as readonly string[]).length === 0)
        throw new ApiError("INVALID_ARGUMENT", "Scope required.");
      const { token, expires } = await world.tokens.access(account.email);
      return toJson({ accessToken: token, expireTime: new Date(expires).toISOString() });
    },
  };
}

function find(world: World, call: Call): ServiceAccount {
  if (parameter(call, "projectsId") !== "-")
    throw new ApiError("INVALID_ARGUMENT", "Request contains an invalid argument: the project of name must be -.");
  const email = parameter(call, "serviceAccountsId");
  const account = world.store.collection<ServiceAccount>("serviceAccounts").get(email);
  if (account !== undefined) return account;
  throw new ApiError("NOT_FOUND", `Not found; Gaia id not found for email ${email}`);
}

/** A token of a service account is judged here, unlike a deployer's, because containers ask with theirs. */
function requireRole(world: World, account: ServiceAccount, call: Call): void {
  const asker = world.tokens.holder(call.token);
  if (asker !== undefined && world.policies.allows([account.name], `serviceAccount:${asker}`, tokenRoles)) return;
  throw new ApiError(
    "PERMISSION_DENIED",
    "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
  );
}
