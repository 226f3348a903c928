import { createHash } from "node:crypto";
import { ApiError } from "../api/errors.ts";
import { isObject, type JsonObject, toJson } from "../api/json.ts";
import { checkLabels, checkName, secretPayloadBytes } from "../limits.ts";
import { withProjectId, withProjectNumber } from "../state/projects.ts";
import { type Call, type Handlers, parameter, text, type World } from "../world.ts";
import { policyHandlers } from "./iam-policy.ts";
import { mask } from "./update-mask.ts";

/** A secret version as it is kept, by `projects/ID/secrets/NAME/versions/NUMBER`. */
export interface SecretVersion {
  readonly createTime: string;
  readonly destroyTime?: string;
  readonly state: "ENABLED" | "DISABLED" | "DESTROYED";
  /** base64; absent once destroyed. */
  readonly data?: string;
}

/** The version that a secret's name and a version's alias (`latest` or a number) mean; undefined when none. */
export function findVersion(
  world: World,
  secret: string,
  alias: string,
): { readonly name: string; readonly version: SecretVersion } | undefined {
  const versions = world.store.collection<SecretVersion>("secretVersions");
  const prefix = `${secret}/versions/`;
  const numbers = versions.list(prefix).map(([name]) => Number(name.slice(prefix.length)));
  const name = prefix + (alias === "latest" ? String(Math.max(0, ...numbers)) : alias);
  const version = versions.get(name);
  return version === undefined ? undefined : { name, version };
}

function etagOf(value: object): string {
  return `"${createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 14)}"`;
}

function render(world: World, name: string, value: JsonObject): JsonObject {
  return { name: withProjectNumber(world.store, name), ...value, etag: etagOf(value) };
}

function renderVersion(world: World, name: string, version: SecretVersion): JsonObject {
  const { data: _, ...shown } = version;
  return render(world, name, { ...toJson(shown), replicationStatus: { automatic: {} } });
}

/** Secret Manager v1. */
export function secretManagerHandlers(world: World): Handlers {
  const secrets = world.store.collection<JsonObject>("secrets");
  const nameOf = (call: Call): string => `projects/${call.project}/secrets/${parameter(call, "secretsId")}`;
  const find = (call: Call): JsonObject => {
    const found = secrets.get(nameOf(call));
    if (found === undefined)
      throw new ApiError("NOT_FOUND", `Secret [${withProjectNumber(world.store, nameOf(call))}] not found.`);
    return found;
  };
  const existing = (call: Call): string => {
    find(call);
    return nameOf(call);
  };
  return {
    ...policyHandlers(world, "secretmanager.projects.secrets", existing),
    ...versionHandlers(world, existing),
    "secretmanager.projects.secrets.create": (call) => {
      const id = parameter(call, "secretId");
      checkName("secretId", "secret_id", id);
      checkLabels(call.body["labels"]);
      if (!isObject(call.body["replication"]))
        throw new ApiError("INVALID_ARGUMENT", "The field replication must be provided");
      const name = `projects/${call.project}/secrets/${id}`;
      if (secrets.has(name))
        throw new ApiError("ALREADY_EXISTS", `Secret [${withProjectNumber(world.store, name)}] already exists.`);
      secrets.put(name, toJson({ createTime: new Date().toISOString(), ...call.body }));
      return render(world, name, secrets.get(name) ?? {});
    },
    "secretmanager.projects.secrets.get": (call) => render(world, nameOf(call), find(call)),
    "secretmanager.projects.secrets.list": (call) => ({
      secrets: secrets.list(`projects/${call.project}/secrets/`).map(([name, secret]) => render(world, name, secret)),
    }),
    "secretmanager.projects.secrets.patch": (call) => {
      checkLabels(call.body["labels"]);
      const changed = { ...find(call), ...mask(call) };
      secrets.put(nameOf(call), toJson(changed));
      return render(world, nameOf(call), changed);
    },
    "secretmanager.projects.secrets.delete": (call) => {
      const name = existing(call);
      const versions = world.store.collection<SecretVersion>("secretVersions");
      for (const [version] of versions.list(`${name}/versions/`)) versions.delete(version);
      secrets.delete(name);
      world.policies.delete(name);
      return {};
    },
  };
}

function versionHandlers(world: World, existing: (call: Call) => string): Handlers {
  const versions = world.store.collection<SecretVersion>("secretVersions");
  const find = (call: Call): { readonly name: string; readonly version: SecretVersion } => {
    const found = findVersion(world, existing(call), parameter(call, "versionsId"));
    if (found === undefined)
      throw new ApiError(
        "NOT_FOUND",
        `Secret Version [${withProjectNumber(world.store, withProjectId(world.store, call.resource))}] not found.`,
      );
    return found;
  };
  const turn = (call: Call, state: SecretVersion["state"]): JsonObject => {
    const { name, version } = find(call);
    if (version.state === "DESTROYED")
      throw new ApiError("FAILED_PRECONDITION", `Secret Version [${name}] is in DESTROYED state.`);
    const { data, ...rest } = version;
    const gone = state === "DESTROYED" ? { destroyTime: new Date().toISOString() } : data === undefined ? {} : { data };
    versions.put(name, { ...rest, ...gone, state });
    return renderVersion(world, name, { ...rest, ...gone, state });
  };
  return {
    "secretmanager.projects.secrets.addVersion": (call) => {
      const secret = existing(call);
      const payload = isObject(call.body["payload"]) ? call.body["payload"] : {};
      const data = text(payload, "data");
      if (Buffer.from(data, "base64").length > secretPayloadBytes)
        throw new ApiError("INVALID_ARGUMENT", "The secret payload must be at most 65536 bytes.");
      const taken = versions.list(`${secret}/versions/`).map(([name]) => Number(name.split("/").at(-1)));
      const name = `${secret}/versions/${String(Math.max(0, ...taken) + 1)}`;
      versions.put(name, { createTime: new Date().toISOString(), state: "ENABLED", data });
      return renderVersion(world, name, { createTime: new Date().toISOString(), state: "ENABLED" });
    },
    "secretmanager.projects.secrets.versions.get": (call) => renderVersion(world, find(call).name, find(call).version),
    "secretmanager.projects.secrets.versions.list": (call) => ({
      versions: versions
        .list(`${existing(call)}/versions/`)
        .map(([name, version]) => renderVersion(world, name, version)),
    }),
    "secretmanager.projects.secrets.versions.access": (call) => {
      const { name, version } = find(call);
      if (version.state !== "ENABLED")
        throw new ApiError(
          "FAILED_PRECONDITION",
          `Secret Version [${withProjectNumber(world.store, name)}] is in ${version.state} state.`,
        );
      return { name: withProjectNumber(world.store, name), payload: { data: version.data ?? "" } };
    },
    "secretmanager.projects.secrets.versions.enable": (call) => turn(call, "ENABLED"),
    "secretmanager.projects.secrets.versions.disable": (call) => turn(call, "DISABLED"),
    "secretmanager.projects.secrets.versions.destroy": (call) => turn(call, "DESTROYED"),
  };
}
