import { ApiError } from "../api/errors.ts";
import { isObject, type JsonObject, toJson } from "../api/json.ts";
import { secretPayloadBytes } from "../limits.ts";
import { withProjectId, withProjectNumber } from "../state/projects.ts";
import { type Call, type Handlers, parameter, text, type World } from "../world.ts";
import { etagOf } from "./etag.ts";

/** A secret version as it is kept, by `projects/ID/secrets/NAME/versions/NUMBER`. */
export interface SecretVersion {
  readonly createTime: string;
  readonly destroyTime?: string;
  readonly state: "ENABLED" | "DISABLED" | "DESTROYED";
  /** base64; absent once destroyed. */
  readonly data?: string;
}

interface NamedVersion {
  readonly name: string;
  readonly version: SecretVersion;
}

const prefix = "secretmanager.projects.secrets.versions";

function numbersOf(world: World, secret: string): readonly number[] {
  const versions = world.store.collection<SecretVersion>("secretVersions").list(`${secret}/versions/`);
  return versions.map(([name]) => Number(name.split("/").at(-1)));
}

/** The version that a secret's name and an alias (`latest` or a number) mean; undefined when there is none. */
export function findVersion(world: World, secret: string, alias: string): NamedVersion | undefined {
  const number = alias === "latest" ? String(Math.max(0, ...numbersOf(world, secret))) : alias;
  const name = `${secret}/versions/${number}`;
  const version = world.store.collection<SecretVersion>("secretVersions").get(name);
  return version === undefined ? undefined : { name, version };
}

function render(world: World, { name, version }: NamedVersion): JsonObject {
  const { data: _, ...shown } = version;
  const value = { ...toJson(shown), replicationStatus: { automatic: {} } };
  return { name: withProjectNumber(world.store, name), ...value, etag: etagOf(value) };
}

/** Secret versions; `existing` answers a secret's name or throws 404. */
export function secretVersionHandlers(world: World, existing: (call: Call) => string): Handlers {
  const versions = world.store.collection<SecretVersion>("secretVersions");
  const find = (call: Call): NamedVersion => {
    const found = findVersion(world, existing(call), parameter(call, "versionsId"));
    if (found !== undefined) return found;
    const shown = withProjectNumber(world.store, withProjectId(world.store, call.resource));
    throw new ApiError("NOT_FOUND", `Secret Version [${shown}] not found.`);
  };
  return {
    "secretmanager.projects.secrets.addVersion": (call) => add(world, call, existing(call)),
    [`${prefix}.get`]: (call) => render(world, find(call)),
    [`${prefix}.list`]: (call) => ({
      versions: versions.list(`${existing(call)}/versions/`).map(([name, version]) => render(world, { name, version })),
    }),
    [`${prefix}.access`]: (call) => {
      const { name, version } = find(call);
      const shown = withProjectNumber(world.store, name);
      if (version.state === "ENABLED") return { name: shown, payload: { data: version.data ?? "" } };
      throw new ApiError("FAILED_PRECONDITION", `Secret Version [${shown}] is in ${version.state} state.`);
    },
    [`${prefix}.enable`]: (call) => turn(world, find(call), "ENABLED"),
    [`${prefix}.disable`]: (call) => turn(world, find(call), "DISABLED"),
    [`${prefix}.destroy`]: (call) => turn(world, find(call), "DESTROYED"),
  };
}

function add(world: World, call: Call, secret: string): JsonObject {
  const payload = isObject(call.body["payload"]) ? call.body["payload"] : {};
  const data = text(payload, "data");
  if (Buffer.from(data, "base64").length > secretPayloadBytes) {
    throw new ApiError("INVALID_ARGUMENT", `The secret payload must be at most ${secretPayloadBytes} bytes.`);
  }
  const name = `${secret}/versions/${Math.max(0, ...numbersOf(world, secret)) + 1}`;
  const version: SecretVersion = { createTime: new Date().toISOString(), state: "ENABLED", data };
  world.store.collection<SecretVersion>("secretVersions").put(name, version);
  return render(world, { name, version });
}

function turn(world: World, { name, version }: NamedVersion, state: SecretVersion["state"]): JsonObject {
  if (version.state === "DESTROYED") {
    throw new ApiError("FAILED_PRECONDITION", `Secret Version [${name}] is in DESTROYED state.`);
  }
  const { data: _, ...rest } = version;
  const destroyed = { ...rest, state, destroyTime: new Date().toISOString() };
  const turned = state === "DESTROYED" ? destroyed : { ...version, state };
  world.store.collection<SecretVersion>("secretVersions").put(name, turned);
  return render(world, { name, version: turned });
}
