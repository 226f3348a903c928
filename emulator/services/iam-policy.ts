import type { JsonObject } from "../api/json.ts";
import { isObject, toJson } from "../api/json.ts";
import type { Policy } from "../identity/policies.ts";
import type { Call, Handlers, World } from "../world.ts";

/**
 * The three policy methods of one kind of resource, under method ids beginning with `prefix`. `keyOf` answers the
 * policy's key, and throws 404 when the resource is not there.
 */
export function policyHandlers(world: World, prefix: string, keyOf: (call: Call) => string): Handlers {
  return {
    [`${prefix}.getIamPolicy`]: (call) => toJson(world.policies.get(keyOf(call))),
    [`${prefix}.setIamPolicy`]: (call) => {
      const policy: Policy = isObject(call.body["policy"]) ? call.body["policy"] : {};
      return toJson(world.policies.set(keyOf(call), policy));
    },
    [`${prefix}.testIamPermissions`]: (call): JsonObject => {
      keyOf(call);
      return { permissions: call.body["permissions"] };
    },
  };
}
