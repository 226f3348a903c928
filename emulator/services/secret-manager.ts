import { ApiError } from "../api/errors.ts";
import { isObject, type JsonObject, toJson } from "../api/json.ts";
import { checkLabels, checkName } from "../limits.ts";
import { withProjectNumber } from "../state/projects.ts";
import { type Call, type Handlers, parameter, type World } from "../world.ts";
import { etagOf } from "./etag.ts";
import { policyHandlers } from "./iam-policy.ts";
import { secretVersionHandlers } from "./secret-versions.ts";
import { mask } from "./update-mask.ts";

function nameOf(call: Call): string {
  return `projects/${call.project}/secrets/${parameter(call, "secretsId")}`;
}

function render(world: World, name: string, value: JsonObject): JsonObject {
  return { name: withProjectNumber(world.store, name), ...value, etag: etagOf(value) };
}

/** Secret Manager v1. */
export function secretManagerHandlers(world: World): Handlers {
  const secrets = world.store.collection<JsonObject>("secrets");
  const find = (call: Call): JsonObject => {
    const found = secrets.get(nameOf(call));
    if (found !== undefined) return found;
    throw new ApiError("NOT_FOUND", `Secret [${withProjectNumber(world.store, nameOf(call))}] not found.`);
  };
  const existing = (call: Call): string => {
    find(call);
    return nameOf(call);
  };
  return {
    ...policyHandlers(world, "secretmanager.projects.secrets", existing),
    ...secretVersionHandlers(world, existing),
    "secretmanager.projects.secrets.create": (call) => create(world, call),
    "secretmanager.projects.secrets.get": (call) => render(world, nameOf(call), find(call)),
    "secretmanager.projects.secrets.list": (call) => ({
      secrets: secrets.list(`projects/${call.project}/secrets/`).map(([name, secret]) => render(world, name, secret)),
    }),
    "secretmanager.projects.secrets.patch": (call) => {
      checkLabels(call.body["labels"]);
      secrets.put(nameOf(call), toJson({ ...find(call), ...mask(call) }));
      return render(world, nameOf(call), find(call));
    },
    "secretmanager.projects.secrets.delete": (call) => {
      const name = existing(call);
      const versions = world.store.collection("secretVersions");
      for (const [version] of versions.list(`${name}/versions/`)) versions.delete(version);
      secrets.delete(name);
      world.policies.delete(name);
      return {};
    },
  };
}

function create(world: World, call: Call): JsonObject {
  const secrets = world.store.collection<JsonObject>("secrets");
  const id = parameter(call, "secretId");
  checkName("secretId", "secret_id", id);
  checkLabels(call.body["labels"]);
  if (!isObject(call.body["replication"])) {
    throw new ApiError("INVALID_ARGUMENT", "The field replication must be provided");
  }
  const name = `projects/${call.project}/secrets/${id}`;
  if (secrets.has(name)) {
    throw new ApiError("ALREADY_EXISTS", `Secret [${withProjectNumber(world.store, name)}] already exists.`);
  }
  secrets.put(name, toJson({ createTime: new Date().toISOString(), ...call.body }));
  return render(world, name, secrets.get(name) ?? {});
}
