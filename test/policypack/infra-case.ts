import type { CloudSettings } from "../../policypack/infra/cloud-rule.ts";

export type Props = Readonly<Record<string, unknown>>;

/** Inputs of one resource that a cloud rule looks at. */
export interface Case {
  readonly what: string;
  readonly type: string;
  readonly props: Props;
  readonly provider?: Props;
  readonly settings?: CloudSettings;
}

/** By rule. */
export type Cases = Readonly<Record<string, { readonly bad: readonly Case[]; readonly good: readonly Case[] }>>;

export const service = "gcp:cloudrunv2/service:Service";
export const job = "gcp:cloudrunv2/job:Job";
export const oldService = "gcp:cloudrun/service:Service";
export const schedule = "gcp:cloudscheduler/job:Job";
export const secret = "gcp:secretmanager/secret:Secret";
export const invoker = "gcp:cloudrunv2/serviceIamMember:ServiceIamMember";
export const instance = "gcp:sql/databaseInstance:DatabaseInstance";
export const user = "gcp:sql/user:User";
