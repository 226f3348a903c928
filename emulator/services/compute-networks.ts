import { ApiError } from "../api/errors.ts";
import type { JsonObject } from "../api/json.ts";
import { type Call, type Handlers, parameter, text, type World } from "../world.ts";
import { type ComputeStore, pathOf } from "./compute-store.ts";

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
  fingerprint: "MTIzNDU2Nzg=",
};

/** VPC networks; a private services connection shows as their peering. */
export function networkHandlers(world: World, store: ComputeStore): Handlers {
  const connections = world.store.collection("connections");
  const parent = (call: Call): string => `projects/${call.project}/global/networks`;
  const pathIn = (call: Call): string => `${parent(call)}/${parameter(call, "network")}`;
  const peerings = [{ name: "servicenetworking-googleapis-com", state: "ACTIVE" }];
  return {
    "compute.networks.insert": (call) => store.insert(call, parent(call), "compute#network", networkDefaults),
    "compute.networks.get": (call) => {
      const network = store.find(pathIn(call));
      return connections.has(pathIn(call)) ? { ...network, peerings } : network;
    },
    "compute.networks.list": (call) => ({ items: store.list(parent(call)) }),
    "compute.networks.patch": (call) => store.change(call, pathIn(call), "patch", call.body),
    "compute.networks.delete": (call) => store.remove(call, pathIn(call)),
    "compute.networks.removePeering": (call) => {
      connections.delete(pathIn(call));
      return store.change(call, pathIn(call), "removePeering", {});
    },
  };
}

/** Subnetworks; `api` is what links begin with. */
export function subnetworkHandlers(store: ComputeStore, api: string): Handlers {
  const region = (call: Call): string => `projects/${call.project}/regions/${parameter(call, "region")}`;
  const parent = (call: Call): string => `${region(call)}/subnetworks`;
  const pathIn = (call: Call): string => `${parent(call)}/${parameter(call, "subnetwork")}`;
  return {
    "compute.subnetworks.insert": (call) => {
      store.find(pathOf(text(call.body, "network")));
      const gatewayAddress = gatewayOf(text(call.body, "ipCidrRange"));
      const defaults = { ...subnetworkDefaults, region: api + region(call), gatewayAddress };
      return store.insert(call, parent(call), "compute#subnetwork", defaults);
    },
    "compute.subnetworks.get": (call) => store.find(pathIn(call)),
    "compute.subnetworks.list": (call) => ({ items: store.list(parent(call)) }),
    "compute.subnetworks.patch": (call) => store.change(call, pathIn(call), "patch", call.body),
    "compute.subnetworks.setPrivateIpGoogleAccess": (call) =>
      store.change(call, pathIn(call), "setPrivateIpGoogleAccess", call.body),
    "compute.subnetworks.delete": (call) => store.remove(call, pathIn(call)),
  };
}

/** The first address of a range; throws 400 when it is no range that a subnetwork can have. */
function gatewayOf(range: string): string {
  const [, first = "", last = "", bits] = /^(\d+\.\d+\.\d+)\.(\d+)\/(\d+)$/.exec(range) ?? [];
  if (bits !== undefined && Number(bits) >= 8 && Number(bits) <= 29) return `${first}.${Number(last) + 1}`;
  throw new ApiError(
    "INVALID_ARGUMENT",
    `Invalid value for field 'resource.ipCidrRange': '${range}'. Must be a CIDR address range with a mask of 8 to 29 bits.`,
  );
}
