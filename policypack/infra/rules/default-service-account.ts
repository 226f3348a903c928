import type { CloudResource, CloudRule, Observation } from "../cloud-rule.ts";
import { textAt, valueAt } from "../read-props.ts";
import { isWorkload, workloads } from "../workloads.ts";

const schedulerJob = "gcp:cloudscheduler/job:Job";
const defaultAccount = /(^|\/)(\d+-compute@developer|[\w.:-]+@appspot|\d+@cloudservices)\.gserviceaccount\.com$/;

export const defaultServiceAccount: CloudRule = {
  id: "default-service-account",
  title: "What runs has a service account of its own",
  rationale: "The default accounts may edit the whole project, and everything that uses one has all their rights.",
  fix: "make a service account for it, and grant that one only what it needs",
  severity: "critical",
  enforcement: "mandatory",
  covers: (type) => isWorkload(type) || type === schedulerJob,
  observe: (resource) => (resource.type === schedulerJob ? schedule(resource) : [workload(resource)]),
};

function workload({ type, props }: CloudResource): Observation {
  return () => {
    const account = textAt(props, ...(workloads[type]?.serviceAccount ?? []));
    return account === undefined ? "names no service account, so it runs as the project's default one" : named(account);
  };
}

/** One without an account calls as nobody: `schedule-without-identity` says so. */
function schedule({ props }: CloudResource): readonly Observation[] {
  return ["oidcToken", "oauthToken"].map((kind) => () => {
    if (valueAt(props, "httpTarget", kind) === undefined) return undefined;
    const account = textAt(props, "httpTarget", kind, "serviceAccountEmail");
    return account === undefined ? undefined : named(account);
  });
}

function named(account: string): string | undefined {
  return defaultAccount.test(account) ? `runs as the default service account ${account}` : undefined;
}
