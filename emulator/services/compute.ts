import { ApiError } from "../api/errors.ts";
import { type JsonObject, toJson } from "../api/json.ts";
import { checkLabels, checkName } from "../limits.ts";
import type { OperationRecord } from "../state/operations.ts";
import { type Call, type Handlers, parameter, text, type World } from "../world.ts";
import { addressHandlers } from "./compute-addresses.ts";
import { networkHandlers, subnetworkHandlers } from "./compute-networks.ts";
import { type ComputeStore, pathOf } from "./compute-store.ts";

const api = "https://www.googleapis.com/compute/v1/";

/** Digits as Compute Engine's ids have them. */
function digits(): string {
  return String(1000000000000000000n + BigInt(Math.floor(Math.random() * 1e15)));
}

/** compute#operation; polled at its own link. */
function renderOperation(world: World, record: OperationRecord): JsonObject {
  const region = /\/regions\/([^/]+)\//.exec(record.target)?.[1];
  const scope = region === undefined ? "global" : `regions/${region}`;
  const root = `${world.url}/compute/compute/v1/projects/${record.project}`;
  const { error } = record;
  const failure = {
    error: { errors: [{ code: "ERROR", message: error?.["message"] }] },
    httpErrorMessage: error?.["message"],
  };
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
    ...(record.done && error !== undefined ? failure : {}),
    selfLink: `${root}/${scope}/operations/${record.name.slice("compute/".length)}`,
  };
}

function openStore(world: World): ComputeStore {
  const kept = world.store.collection<JsonObject>("compute");
  const operate = (call: Call, type: string, target: string, work: () => void): JsonObject => {
    const start = { name: `compute/operation-${crypto.randomUUID()}`, type, project: call.project, target };
    const record = world.operations.start(start, async () => {
      work();
      return Promise.resolve({});
    });
    return renderOperation(world, record);
  };
  const find = (path: string): JsonObject => {
    const found = kept.get(path);
    if (found === undefined) throw new ApiError("NOT_FOUND", `The resource '${path}' was not found`);
    return found;
  };
  return {
    find,
    has: (path) => kept.has(path),
    list: (parent) => kept.list(`${parent}/`).map(([, value]) => value),
    insert: (call, parent, kind, defaults) => {
      const name = text(call.body, "name");
      checkName("computeName", "resource.name", name);
      checkLabels(call.body["labels"], "resource.labels");
      const path = `${parent}/${name}`;
      if (kept.has(path)) throw new ApiError("ALREADY_EXISTS", `The resource '${path}' already exists`);
      const creationTimestamp = new Date().toISOString();
      const made = { kind, id: digits(), creationTimestamp, ...defaults, ...call.body, selfLink: api + path };
      return operate(call, "insert", path, () => kept.put(path, toJson(made)));
    },
    change: (call, path, type, changes) => {
      find(path);
      return operate(call, type, path, () => kept.put(path, toJson({ ...find(path), ...changes })));
    },
    remove: (call, path) => {
      find(path);
      const user = kept.list().find(([other, value]) => other !== path && pathOf(text(value, "network")) === path)?.[0];
      if (user === undefined) return operate(call, "delete", path, () => kept.delete(path));
      const message = `The ${path.split("/").at(-2) ?? ""} resource '${path}' is already being used by '${user}'`;
      throw new ApiError("INVALID_ARGUMENT", message, { reason: "resourceInUseByAnotherResource" });
    },
  };
}

/** Compute Engine v1: networks, subnetworks and global addresses. */
export function computeHandlers(world: World): Handlers {
  const store = openStore(world);
  const poll = async (call: Call): Promise<JsonObject> =>
    renderOperation(world, await world.operations.poll(`compute/${parameter(call, "operation")}`));
  return {
    "compute.globalOperations.get": poll,
    "compute.globalOperations.wait": poll,
    "compute.regionOperations.get": poll,
    "compute.regionOperations.wait": poll,
    ...networkHandlers(world, store),
    ...subnetworkHandlers(store, api),
    ...addressHandlers(store),
  };
}
