import { ApiError } from "../api/errors.ts";
import { isObject, type JsonObject, toJson } from "../api/json.ts";
import { checkLabels } from "../limits.ts";
import { withProjectId } from "../state/projects.ts";
import { type Call, type Handlers, parameter, type World } from "../world.ts";
import { policyHandlers } from "./iam-policy.ts";
import { mask } from "./update-mask.ts";

const keys = "cloudkms.projects.locations.keyRings.cryptoKeys";
const template: JsonObject = { protectionLevel: "SOFTWARE", algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION" };

/** Cloud KMS v1: key rings and keys, which are kept; nothing is encrypted. Neither can be deleted, as at Google. */
export function kmsHandlers(world: World): Handlers {
  const kept = world.store.collection<JsonObject>("kms");
  const nameOf = (call: Call): string => withProjectId(world.store, call.resource);
  const find = (name: string): JsonObject => {
    const found = kept.get(name);
    if (found === undefined) throw new ApiError("NOT_FOUND", `${name} not found.`);
    return found;
  };
  const create = (name: string, value: JsonObject): JsonObject => {
    if (kept.has(name)) throw new ApiError("ALREADY_EXISTS", `${name} already exists.`);
    checkLabels(value["labels"]);
    kept.put(name, toJson({ ...value, name, createTime: new Date().toISOString() }));
    return find(name);
  };
  return {
    ...policyHandlers(world, keys, (call) => {
      find(nameOf(call));
      return nameOf(call);
    }),
    "cloudkms.projects.locations.keyRings.create": (call) =>
      create(`${nameOf(call)}/keyRings/${parameter(call, "keyRingId")}`, {}),
    "cloudkms.projects.locations.keyRings.get": (call) => find(nameOf(call)),
    [`${keys}.create`]: (call) => {
      find(nameOf(call));
      const name = `${nameOf(call)}/cryptoKeys/${parameter(call, "cryptoKeyId")}`;
      const primary = { name: `${name}/cryptoKeyVersions/1`, state: "ENABLED", ...template };
      return create(name, { versionTemplate: template, destroyScheduledDuration: "2592000s", ...call.body, primary });
    },
    [`${keys}.get`]: (call) => find(nameOf(call)),
    [`${keys}.patch`]: (call) => {
      kept.put(nameOf(call), toJson({ ...find(nameOf(call)), ...mask(call) }));
      return find(nameOf(call));
    },
    [`${keys}.cryptoKeyVersions.list`]: (call) => {
      const { primary } = find(nameOf(call));
      return { cryptoKeyVersions: isObject(primary) ? [primary] : [] };
    },
    [`${keys}.cryptoKeyVersions.destroy`]: (call) => {
      const name = nameOf(call).replace(/\/cryptoKeyVersions\/\d+$/, "");
      const { primary: _, ...rest } = find(name);
      kept.put(name, toJson(rest));
      return { name: nameOf(call), state: "DESTROY_SCHEDULED" };
    },
  };
}
