import type { CloudResource, CloudRule } from "../cloud-rule.ts";
import { isProps, valueAt } from "../read-props.ts";

/** Where the types that cost money or keep data have their labels. */
const labelsOf: Readonly<Record<string, readonly string[]>> = {
  "gcp:artifactregistry/repository:Repository": ["labels"],
  "gcp:cloudrunv2/job:Job": ["labels"],
  "gcp:cloudrunv2/service:Service": ["labels"],
  "gcp:cloudrunv2/workerPool:WorkerPool": ["labels"],
  "gcp:cloudrun/service:Service": ["metadata", "labels"],
  "gcp:kms/cryptoKey:CryptoKey": ["labels"],
  "gcp:secretmanager/secret:Secret": ["labels"],
  "gcp:sql/databaseInstance:DatabaseInstance": ["settings", "userLabels"],
  "gcp:storage/bucket:Bucket": ["labels"],
};

export const missingLabel: CloudRule = {
  id: "missing-label",
  title: "Resources carry the labels that the organization asks for",
  rationale: "What nobody can be asked about is paid for, and kept, for years.",
  fix: "add the label",
  severity: "high",
  enforcement: "mandatory",
  covers: (type) => Object.hasOwn(labelsOf, type),
  observe: (resource, { settings: { labels = [] } }) =>
    labels.map((name) => () => (hasLabel(resource, name) ? undefined : `has no label "${name}"`)),
  configuration: {
    labels: {
      type: "array",
      items: { type: "string" },
      description: "Names of labels that every resource with labels must have; none by default.",
    },
  },
};

function hasLabel({ type, props, provider }: CloudResource, name: string): boolean {
  const own = valueAt(props, ...(labelsOf[type] ?? []));
  if (isProps(own) && has(own, name)) return true;
  const defaults = provider === undefined ? undefined : valueAt(provider, "defaultLabels");
  return isProps(defaults) && has(defaults, name);
}

/** Reading it throws where it is not known yet. */
function has(labels: CloudResource["props"], name: string): boolean {
  return Object.hasOwn(labels, name) && labels[name] !== "";
}
