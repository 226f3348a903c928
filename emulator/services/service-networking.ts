import { ApiError } from "../api/errors.ts";
import { type JsonObject, toJson } from "../api/json.ts";
import { renderLongRunning } from "../state/operations.ts";
import { withProjectId } from "../state/projects.ts";
import { type Call, type Handlers, text, type World } from "../world.ts";
import { requireEnabled } from "./service-usage.ts";

/** A private services connection of a VPC network, by the network's path. */
export interface Connection {
  /** `projects/NUMBER/global/networks/NAME`, as it was given. */
  readonly network: string;
  readonly peering: string;
  readonly reservedPeeringRanges: readonly string[];
  readonly service: string;
}

function operate(world: World, type: string, network: string, work: () => JsonObject): JsonObject {
  const project = network.split("/")[1] ?? "";
  const start = { name: `operations/pssn.${crypto.randomUUID()}`, type, project, target: network };
  return renderLongRunning(world.operations.start(start, () => Promise.resolve(work())));
}

/** Service Networking v1: one private services connection per network. */
export function serviceNetworkingHandlers(world: World): Handlers {
  const { store } = world;
  const connections = store.collection<Connection>("connections");
  const networkOf = (name: string): string => withProjectId(store, name);
  const existing = (name: string): string => {
    if (connections.has(networkOf(name))) return networkOf(name);
    throw new ApiError("NOT_FOUND", "Connection not found.");
  };
  return {
    "servicenetworking.services.connections.create": (call) => {
      const network = networkOf(text(call.body, "network"));
      requireEnabled(store, network.split("/")[1] ?? "", "servicenetworking.googleapis.com");
      if (!store.collection("compute").has(network))
        throw new ApiError("NOT_FOUND", `Network '${network}' was not found`);
      if (!connections.has(network)) return operate(world, "create", network, () => save(world, call, network));
      const message = "Cannot modify allocated ranges in CreateConnection. Please use UpdateConnection.";
      throw new ApiError("INVALID_ARGUMENT", message);
    },
    "servicenetworking.services.connections.patch": (call) => {
      const network = existing(text(call.body, "network"));
      return operate(world, "patch", network, () => save(world, call, network));
    },
    "servicenetworking.services.connections.list": (call) => {
      const found = connections.get(networkOf(call.query.get("network") ?? ""));
      return found === undefined ? {} : { connections: [toJson(found)] };
    },
    "servicenetworking.services.connections.deleteConnection": (call) => {
      const network = existing(text(call.body, "consumerNetwork"));
      return operate(world, "delete", network, () => remove(world, network));
    },
    "servicenetworking.operations.get": async (call) => renderLongRunning(await world.operations.poll(call.resource)),
  };
}

function save(world: World, call: Call, network: string): JsonObject {
  const ranges = (call.body["reservedPeeringRanges"] ?? []) as readonly string[];
  checkRanges(world, network, ranges);
  const connection = {
    network: text(call.body, "network"),
    peering: "servicenetworking-googleapis-com",
    reservedPeeringRanges: ranges,
    service: "services/servicenetworking.googleapis.com",
  };
  world.store.collection<Connection>("connections").put(network, connection);
  return toJson(connection);
}

function checkRanges(world: World, network: string, ranges: readonly string[]): void {
  const project = network.split("/")[1] ?? "";
  for (const range of ranges) {
    const address = world.store.collection<JsonObject>("compute").get(`projects/${project}/global/addresses/${range}`);
    if (address === undefined || text(address, "purpose") !== "VPC_PEERING") {
      throw new ApiError("INVALID_ARGUMENT", `The IP ranges specified do not exist in the network: [${range}]`);
    }
  }
}

/** Producers that still live in the network hold the connection (vpc/docs/configure-private-services-access). */
function remove(world: World, network: string): JsonObject {
  const instances = world.store.collection<JsonObject>("sqlInstances").list();
  if (instances.some(([, instance]) => JSON.stringify(instance).includes(`${network}"`))) {
    throw new ApiError(
      "FAILED_PRECONDITION",
      "Failed to delete connection; Producer services (e.g. CloudSQL, Cloud Memstore, etc.) are still using this connection.",
    );
  }
  world.store.collection("connections").delete(network);
  return {};
}
