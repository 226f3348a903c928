import { ApiError } from "../api/errors.ts";
import { type Json, type JsonObject, toJson } from "../api/json.ts";
import { checkLabels, checkName } from "../limits.ts";
import type { OperationRecord } from "../state/operations.ts";
import type { Collection } from "../state/store.ts";
import { type Call, type Handlers, parameter, text, type World } from "../world.ts";
import { allocateAddress } from "./compute-addresses.ts";

/** A Compute Engine resource as it is kept, by its path `projects/...`. */
export type ComputeResource = JsonObject;

const api = "https://www.googleapis.com/compute/v1/";

/** The path `projects/...` of a self link, an id or a partial path. */
export function pathOf(link: string): string {
  return link.slice(Math.max(0, link.indexOf("projects/")));
}

function missing(path: string): ApiError {
  return new ApiError("NOT_FOUND", `The resource '${path}' was not found`);
}

function inUse(path: string, user: string): ApiError {
  return new ApiError(
    "INVALID_ARGUMENT",
    `The ${path.split("/").at(-2) ?? "resource"} resource '${path}' is already being used by '${user}'`,
    { reason: "resourceInUseByAnotherResource" },
  );
}

function digits(): string {
  return String(1000000000000000000n + BigInt(Math.floor(Math.random() * 1e15)));
}

/** compute#operation; polled at its own link. */
function renderOperation(world: World, record: OperationRecord): JsonObject {
  const region = /\/regions\/([^/]+)\//.exec(record.target)?.[1];
  const scope = region === undefined ? "global" : `regions/${region}`;
  const root = `${world.url}/compute/compute/v1/projects/${record.project}`;
  const { code, message } = record.error ?? {};
  const failure = { error: { errors: [{ code: String(code), message }] }, httpErrorMessage: message };
  return {
    kind: "compute#operation",
    id: digits(),
    name: record.name.slice("compute/".length),
    operationType: record.type,
    targetLink: api + record.target,
    status: record.done ? "DONE" : "RUNNING",
    progress: record.done ? 100 : 0,
    insertTime: record.startTime,
    startTime: record.startTime,
    ...(region === undefined ? {} : { region: `${root}/${scope}` }),
    ...(record.done && record.error !== undefined ? failure : {}),
    selfLink: `${root}/${scope}/operations/${record.name.slice("compute/".length)}`,
  };
}

/** Networks, subnetworks and global addresses of Compute Engine v1. */
export function computeHandlers(world: World): Handlers {
  const kept = world.store.collection<ComputeResource>("compute");
  const operate = (call: Call, type: string, target: string, work: () => void): JsonObject => {
    const start = { name: `compute/operation-${crypto.randomUUID()}`, type, project: call.project, target };
    return renderOperation(
      world,
      world.operations.start(start, async () => {
        work();
        return Promise.resolve({});
      }),
    );
  };
  const find = (path: string): ComputeResource => {
    const found = kept.get(path);
    if (found === undefined) throw missing(path);
    return found;
  };
  const insert = (call: Call, parent: string, kind: string, defaults: JsonObject): JsonObject => {
    const name = text(call.body, "name");
    checkName("computeName", "resource.name", name);
    checkLabels(call.body["labels"], "resource.labels");
    const path = `${parent}/${name}`;
    if (kept.has(path)) throw new ApiError("ALREADY_EXISTS", `The resource '${path}' already exists`);
    const made = {
      kind,
      id: digits(),
      creationTimestamp: new Date().toISOString(),
      ...defaults,
      ...call.body,
      selfLink: api + path,
    };
    return operate(call, "insert", path, () => kept.put(path, toJson(made)));
  };
  const change = (call: Call, path: string, type: string, changes: JsonObject): JsonObject => {
    find(path);
    return operate(call, type, path, () => kept.put(path, toJson({ ...find(path), ...changes })));
  };
  const remove = (call: Call, path: string): JsonObject => {
    find(path);
    const user = usersOf(kept, path)[0];
    if (user !== undefined) throw inUse(path, user);
    return operate(call, "delete", path, () => kept.delete(path));
  };
  const poll = async (call: Call): Promise<JsonObject> =>
    renderOperation(world, await world.operations.poll(`compute/${parameter(call, "operation")}`));
  const network = (call: Call): string => `projects/${call.project}/global/networks/${parameter(call, "network")}`;
  const subnetwork = (call: Call): string =>
    `projects/${call.project}/regions/${parameter(call, "region")}/subnetworks/${parameter(call, "subnetwork")}`;
  const address = (call: Call): string =>
    `projects/${call.project}/global/addresses/${parameter(call, "address") || parameter(call, "resource")}`;
  const under = (prefix: string): Json => kept.list(`${prefix}/`).map(([, value]) => value);
  return {
    "compute.globalOperations.get": poll,
    "compute.globalOperations.wait": poll,
    "compute.regionOperations.get": poll,
    "compute.regionOperations.wait": poll,
    "compute.networks.insert": (call) =>
      insert(call, `projects/${call.project}/global/networks`, "compute#network", networkDefaults),
    "compute.networks.get": (call) => withPeerings(world, network(call), find(network(call))),
    "compute.networks.list": (call) => ({ items: under(`projects/${call.project}/global/networks`) }),
    "compute.networks.patch": (call) => change(call, network(call), "patch", call.body),
    "compute.networks.delete": (call) => remove(call, network(call)),
    "compute.networks.removePeering": (call) => {
      world.store.collection("connections").delete(network(call));
      return change(call, network(call), "removePeering", {});
    },
    "compute.subnetworks.insert": (call) => {
      find(pathOf(text(call.body, "network")));
      checkRange(text(call.body, "ipCidrRange"));
      const region = parameter(call, "region");
      const defaults = {
        ...subnetworkDefaults,
        region: `${api}projects/${call.project}/regions/${region}`,
        gatewayAddress: gatewayOf(text(call.body, "ipCidrRange")),
        fingerprint: "MTIzNDU2Nzg=",
      };
      return insert(call, `projects/${call.project}/regions/${region}/subnetworks`, "compute#subnetwork", defaults);
    },
    "compute.subnetworks.get": (call) => find(subnetwork(call)),
    "compute.subnetworks.list": (call) => ({
      items: under(`projects/${call.project}/regions/${parameter(call, "region")}/subnetworks`),
    }),
    "compute.subnetworks.patch": (call) => change(call, subnetwork(call), "patch", call.body),
    "compute.subnetworks.setPrivateIpGoogleAccess": (call) =>
      change(call, subnetwork(call), "setPrivateIpGoogleAccess", call.body),
    "compute.subnetworks.delete": (call) => remove(call, subnetwork(call)),
    "compute.globalAddresses.insert": (call) =>
      insert(call, `projects/${call.project}/global/addresses`, "compute#address", allocateAddress(call.body, kept)),
    "compute.globalAddresses.get": (call) => find(address(call)),
    "compute.globalAddresses.list": (call) => ({ items: under(`projects/${call.project}/global/addresses`) }),
    "compute.globalAddresses.setLabels": (call) => {
      checkLabels(call.body["labels"]);
      return change(call, address(call), "setLabels", {
        labels: call.body["labels"],
        labelFingerprint: digits().slice(0, 8),
      });
    },
    "compute.globalAddresses.delete": (call) => remove(call, address(call)),
  };
}

const networkDefaults: JsonObject = {
  routingConfig: { routingMode: "REGIONAL" },
  networkFirewallPolicyEnforcementOrder: "AFTER_CLASSIC_FIREWALL",
  autoCreateSubnetworks: true,
};
const subnetworkDefaults: JsonObject = {
  privateIpGoogleAccess: false,
  purpose: "PRIVATE",
  stackType: "IPV4_ONLY",
  privateIpv6GoogleAccess: "DISABLE_GOOGLE_ACCESS",
};

/** What still refers to a resource, so that it cannot be deleted. */
function usersOf(kept: Collection<ComputeResource>, path: string): readonly string[] {
  return kept
    .list()
    .filter(([other, value]) => other !== path && pathOf(text(value, "network")) === path)
    .map(([other]) => other);
}

function withPeerings(world: World, path: string, network: JsonObject): JsonObject {
  if (!world.store.collection("connections").has(path)) return network;
  return { ...network, peerings: [{ name: "servicenetworking-googleapis-com", state: "ACTIVE" }] };
}

function checkRange(range: string): void {
  const [, bits] = /^\d+\.\d+\.\d+\.\d+\/(\d+)$/.exec(range) ?? [];
  if (bits !== undefined && Number(bits) >= 8 && Number(bits) <= 29) return;
  throw new ApiError(
    "INVALID_ARGUMENT",
    `Invalid value for field 'resource.ipCidrRange': '${range}'. Must be a CIDR address range with a mask of 8 to 29 bits.`,
  );
}

function gatewayOf(range: string): string {
  const octets = (range.split("/")[0] ?? "").split(".");
  return [...octets.slice(0, 3), String(Number(octets[3]) + 1)].join(".");
}
