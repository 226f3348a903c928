import { randomInt } from "node:crypto";
import { ApiError } from "../api/errors.ts";
import { isObject, toJson } from "../api/json.ts";
import type { ServiceAccount } from "../identity/service-accounts.ts";
import { checkName } from "../limits.ts";
import { type Call, type Handlers, parameter, text, type World } from "../world.ts";
import { policyHandlers } from "./iam-policy.ts";

function digits(count: number): string {
  return `1${Array.from({ length: count - 1 }, () => String(randomInt(10))).join("")}`;
}

function create(world: World, call: Call): ServiceAccount {
  const accounts = world.store.collection<ServiceAccount>("serviceAccounts");
  const id = text(call.body, "accountId");
  checkName("serviceAccountId", "account_id", id);
  const email = `${id}@${call.project}.iam.gserviceaccount.com`;
  if (accounts.has(email)) {
    throw new ApiError(
      "ALREADY_EXISTS",
      `Service account ${id} already exists within project projects/${call.project}.`,
    );
  }
  const given = isObject(call.body["serviceAccount"]) ? call.body["serviceAccount"] : {};
  const account: ServiceAccount = {
    name: `projects/${call.project}/serviceAccounts/${email}`,
    projectId: call.project,
    uniqueId: digits(21),
    email,
    displayName: text(given, "displayName"),
    description: text(given, "description"),
    etag: "MDEwMjE5MjA=",
    oauth2ClientId: digits(21),
  };
  accounts.put(email, account);
  return account;
}

/** IAM v1: service accounts and their policies. */
export function iamHandlers(world: World): Handlers {
  const accounts = world.store.collection<ServiceAccount>("serviceAccounts");
  const find = (call: Call): ServiceAccount => {
    const key = parameter(call, "serviceAccountsId");
    const found = accounts.get(key) ?? accounts.list().find(([, account]) => account.uniqueId === key)?.[1];
    if (found !== undefined) return found;
    throw new ApiError("NOT_FOUND", `Unknown service account: projects/${call.project}/serviceAccounts/${key}`);
  };
  return {
    ...policyHandlers(world, "iam.projects.serviceAccounts", (call) => find(call).name),
    "iam.projects.serviceAccounts.create": (call) => toJson(create(world, call)),
    "iam.projects.serviceAccounts.get": (call) => toJson(find(call)),
    "iam.projects.serviceAccounts.list": (call) => ({
      accounts: accounts
        .list()
        .filter(([, account]) => account.projectId === call.project)
        .map(([, account]) => toJson(account)),
    }),
    "iam.projects.serviceAccounts.patch": (call) => {
      const account = find(call);
      const given = isObject(call.body["serviceAccount"]) ? call.body["serviceAccount"] : {};
      const changed = {
        ...account,
        ...Object.fromEntries(Object.entries(given).filter(([key]) => key === "displayName" || key === "description")),
      };
      accounts.put(account.email, changed);
      return toJson(changed);
    },
    "iam.projects.serviceAccounts.disable": (call) => {
      accounts.put(find(call).email, { ...find(call), disabled: true });
      return {};
    },
    "iam.projects.serviceAccounts.enable": (call) => {
      accounts.put(find(call).email, { ...find(call), disabled: false });
      return {};
    },
    "iam.projects.serviceAccounts.delete": (call) => {
      const account = find(call);
      accounts.delete(account.email);
      world.policies.delete(account.name);
      world.policies.forgetServiceAccount(account);
      return {};
    },
  };
}
