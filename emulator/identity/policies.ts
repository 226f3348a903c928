import { createHash } from "node:crypto";
import { ApiError } from "../api/errors.ts";
import type { JsonObject } from "../api/json.ts";
import { checkMember } from "../limits.ts";
import type { Store } from "../state/store.ts";
import type { ServiceAccount } from "./service-accounts.ts";

/** One binding of google.iam.v1.Policy. */
interface Binding {
  readonly role: string;
  readonly members?: readonly string[];
  readonly condition?: JsonObject;
}

/** google.iam.v1.Policy. */
export interface Policy {
  readonly version?: number;
  readonly etag?: string;
  readonly bindings?: readonly Binding[];
}

/** IAM policies by resource name. */
export interface Policies {
  get(resource: string): Policy;
  /** Replaces a policy. Throws 409 when `etag` is not the current one, 400 when a member cannot exist. */
  set(resource: string, policy: Policy): Policy;
  delete(resource: string): void;
  /** Says whether one of `resources` (a thing and what contains it) grants one of `roles` to `member`. */
  allows(resources: readonly string[], member: string, roles: readonly string[]): boolean;
  /** Renames a deleted account's members to `deleted:`, as IAM does. */
  forgetServiceAccount(account: ServiceAccount): void;
}

const concurrentChange =
  "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.";

/** The etag that Google answers for a policy never set. */
const emptyEtag = "ACAB";

function etagOf(policy: Policy, previous: string): string {
  return createHash("sha256")
    .update(previous)
    .update(JSON.stringify(policy.bindings ?? []))
    .digest("base64")
    .slice(0, 16);
}

/** Opens the IAM policies of a store. */
export function openPolicies(store: Store): Policies {
  const policies = store.collection<Policy>("policies");
  const accounts = store.collection<ServiceAccount>("serviceAccounts");
  const get = (resource: string): Policy => policies.get(resource) ?? { etag: emptyEtag };
  const write = (resource: string, given: readonly Binding[]): Policy => {
    const bindings = mergeBindings(given);
    const version = bindings.some((binding) => binding.condition !== undefined) ? 3 : 1;
    const stored = { version, etag: etagOf({ bindings }, get(resource).etag ?? ""), bindings };
    policies.put(resource, stored);
    return stored;
  };
  return {
    get,
    set: (resource, { etag = "", bindings = [] }) => {
      if (etag !== "" && etag !== get(resource).etag) throw new ApiError("ABORTED", concurrentChange);
      const members = bindings.flatMap((binding) => binding.members ?? []);
      for (const member of members) checkMember(member, (email) => accounts.has(email));
      return write(resource, bindings);
    },
    delete: (resource) => {
      policies.delete(resource);
    },
    allows: (resources, member, roles) => {
      const bindings = resources.flatMap((resource) => get(resource).bindings ?? []);
      return bindings.some(({ role, members = [] }) => roles.includes(role) && members.includes(member));
    },
    forgetServiceAccount: ({ email, uniqueId }) => {
      const member = `serviceAccount:${email}`;
      const rename = (one: string): string => (one === member ? `deleted:${member}?uid=${uniqueId}` : one);
      for (const [resource, { bindings = [] }] of policies.list()) {
        if (!bindings.some((binding) => binding.members?.includes(member) === true)) continue;
        write(
          resource,
          bindings.map((binding) => ({ ...binding, members: (binding.members ?? []).map(rename) })),
        );
      }
    },
  };
}

/** One binding per role and condition, empty ones dropped, as IAM stores them. */
function mergeBindings(bindings: readonly Binding[]): readonly Binding[] {
  const merged = new Map<string, Binding>();
  for (const binding of bindings) {
    const key = JSON.stringify([binding.role, binding.condition ?? null]);
    const members = new Set([...(merged.get(key)?.members ?? []), ...(binding.members ?? [])]);
    if (members.size > 0) merged.set(key, { ...binding, members: [...members].sort() });
  }
  return [...merged.values()];
}
