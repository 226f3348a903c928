import type { CloudResource, CloudRule, Observation } from "../cloud-rule.ts";
import { listAt, textAt, valueAt } from "../read-props.ts";

/** Types that Google puts somewhere by itself when they name no place. */
const needsPlace: ReadonlySet<string> = new Set([
  "gcp:sql/databaseInstance:DatabaseInstance",
  "gcp:cloudscheduler/job:Job",
  "gcp:compute/subnetwork:Subnetwork",
  "gcp:storage/bucket:Bucket",
]);
const secret = "gcp:secretmanager/secret:Secret";

export const regionNotAllowed: CloudRule = {
  id: "region-not-allowed",
  title: "Resources are in the regions that the organization allows",
  rationale: "Data that leaves its region may break a law or a contract.",
  fix: "put it into one of the allowed regions",
  severity: "critical",
  enforcement: "mandatory",
  covers: (type) => type.startsWith("gcp:"),
  observe: (resource, { settings: { regions } }) => {
    if (regions === undefined) return [];
    const allowed = new Set(regions.map((region) => region.toLowerCase()));
    return [() => placeProblem(resource, allowed), ...(resource.type === secret ? replicas(resource, allowed) : [])];
  },
  configuration: {
    regions: {
      type: "array",
      items: { type: "string" },
      minItems: 1,
      description: "Regions in which resources may be, such as europe-west1; everywhere by default.",
    },
  },
};

type Allowed = ReadonlySet<string>;

function placeProblem({ type, props, provider }: CloudResource, allowed: Allowed): string | undefined {
  const zone = textAt(props, "zone")?.replace(/-[a-z]$/, "");
  const own = textAt(props, "region") ?? textAt(props, "location") ?? zone;
  const place = own ?? (needsPlace.has(type) ? inherited(provider) : undefined);
  if (place === undefined) return needsPlace.has(type) ? "names no region" : undefined;
  if (place === "global") return undefined; // has no place
  const region = place.split("/").at(-1) ?? place;
  const isAllowed = allowed.has(region.toLowerCase()) || allowed.has(region.toLowerCase().replace(/-[a-z]$/, ""));
  return isAllowed ? undefined : `is in ${region}, which is not among the allowed regions`;
}

function inherited(provider: CloudResource["provider"]): string | undefined {
  return provider === undefined ? undefined : textAt(provider, "region");
}

function replicas({ props }: CloudResource, allowed: Allowed): readonly Observation[] {
  const isEverywhere = valueAt(props, "replication", "auto") !== undefined;
  if (isEverywhere) return [() => "is replicated to wherever Google likes (replication.auto)"];
  return listAt(props, "replication", "userManaged", "replicas").map((replica) => () => {
    const region = textAt(replica, "location") ?? "";
    return allowed.has(region.toLowerCase())
      ? undefined
      : `has a replica in ${region}, which is not among the allowed regions`;
  });
}
