import type { CloudResource, Props } from "./cloud-rule.ts";
import { listAt } from "./read-props.ts";

/** Where a resource that runs containers says as whom, and which. */
interface Workload {
  readonly serviceAccount: readonly string[];
  readonly containers: readonly string[];
}

/** Everything of Cloud Run that runs containers, of both API versions. */
export const workloads: Readonly<Record<string, Workload>> = {
  "gcp:cloudrunv2/service:Service": {
    serviceAccount: ["template", "serviceAccount"],
    containers: ["template", "containers"],
  },
  "gcp:cloudrunv2/job:Job": {
    serviceAccount: ["template", "template", "serviceAccount"],
    containers: ["template", "template", "containers"],
  },
  "gcp:cloudrunv2/workerPool:WorkerPool": {
    serviceAccount: ["template", "serviceAccount"],
    containers: ["template", "containers"],
  },
  "gcp:cloudrun/service:Service": {
    serviceAccount: ["template", "spec", "serviceAccountName"],
    containers: ["template", "spec", "containers"],
  },
};

export function isWorkload(type: string): boolean {
  return Object.hasOwn(workloads, type);
}

/** The containers of a workload. */
export function workloadContainers({ type, props }: CloudResource): readonly Props[] {
  return listAt(props, ...(workloads[type]?.containers ?? []));
}
