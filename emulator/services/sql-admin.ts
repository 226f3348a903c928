import { ApiError } from "../api/errors.ts";
import type { JsonObject } from "../api/json.ts";
import { sqlNameReservation } from "../limits.ts";
import { describeCertificate } from "../sql/certificates.ts";
import type { LoginRules, ServerRecord } from "../sql/database-servers.ts";
import { dropDatabase, dropUser } from "../sql/roles.ts";
import { type Call, type Handlers, parameter, text, type World } from "../world.ts";
import { sqlDatabaseHandlers } from "./sql-databases.ts";
import {
  changedInstance,
  checkInstance,
  newInstance,
  privateRange,
  runnableInstance,
  serverSettings,
  settingsOf,
} from "./sql-instance.ts";
import { openSqlOperations, type SqlOperations } from "./sql-operations.ts";
import { sqlUserHandlers } from "./sql-users.ts";

/** Cloud SQL Admin v1beta4: instances, databases and users, each made real in PostgreSQL. */
export function sqlAdminHandlers(world: World, rules: LoginRules): Handlers {
  const operations = openSqlOperations(world);
  const instances = world.store.collection<JsonObject>("sqlInstances");
  const existing = (call: Call): string => {
    const key = `${call.project}/${parameter(call, "instance")}`;
    if (instances.has(key)) return key;
    throw new ApiError("NOT_FOUND", "The Cloud SQL instance does not exist.", { reason: "instanceDoesNotExist" });
  };
  return {
    ...instanceHandlers(world, operations, rules, existing),
    ...sqlDatabaseHandlers(world, operations, existing),
    ...sqlUserHandlers(world, operations, existing),
    "sql.operations.get": (call) => operations.poll(parameter(call, "operation")),
    "sql.connect.get": (call) => {
      const instance = instances.get(existing(call)) ?? {};
      const { ipAddresses, serverCaCert, databaseVersion, region, backendType } = instance;
      return { kind: "sql#connectSettings", ipAddresses, serverCaCert, databaseVersion, region, backendType };
    },
    "sql.instances.listServerCas": (call) => {
      const server = world.store.collection<ServerRecord>("sqlServers").get(existing(call));
      const certificate = describeCertificate(parameter(call, "instance"), server?.certificates.authority ?? "");
      return {
        kind: "sql#instancesListServerCas",
        activeVersion: certificate["sha1Fingerprint"],
        certs: [certificate],
      };
    },
  };
}

function instanceHandlers(
  world: World,
  operations: SqlOperations,
  rules: LoginRules,
  existing: (call: Call) => string,
): Handlers {
  const instances = world.store.collection<JsonObject>("sqlInstances");
  const find = (call: Call): JsonObject => instances.get(existing(call)) ?? {};
  const change = (call: Call, replaces: boolean): JsonObject => {
    const changed = changedInstance(find(call), call.body, replaces);
    return operations.start(existing(call), "UPDATE", () => {
      instances.put(existing(call), changed);
      return Promise.resolve();
    });
  };
  return {
    "sql.instances.insert": (call) => insert(world, operations, rules, call),
    "sql.instances.get": find,
    "sql.instances.list": (call) => ({
      kind: "sql#instancesList",
      items: instances.list(`${call.project}/`).map(([, instance]) => instance),
    }),
    "sql.instances.patch": (call) => change(call, false),
    "sql.instances.update": (call) => change(call, true),
    "sql.instances.delete": (call) => {
      const key = existing(call);
      requireUnprotected(find(call));
      return operations.start(key, "DELETE", async () => {
        await emptyInstance(world, key);
        await world.databases.delete(key);
        instances.delete(key);
        world.store.collection<string>("sqlDeletedNames").put(key, new Date().toISOString());
      });
    },
  };
}

function requireUnprotected(instance: JsonObject): void {
  if (settingsOf(instance)["deletionProtectionEnabled"] !== true) return;
  throw new ApiError(
    "INVALID_ARGUMENT",
    "The instance is protected. Please disable the deletion protection and try again. To disable deletion protection, update the instance settings with deletionProtectionEnabled set to false.",
    { reason: "instanceProtected" },
  );
}

/** Throws 409 while the name is in use, or was within the last week. */
function requireFreeName(world: World, key: string): void {
  const deleted = world.store.collection<string>("sqlDeletedNames").get(key);
  const isReserved = deleted !== undefined && Date.now() - Date.parse(deleted) < sqlNameReservation;
  if (!isReserved && !world.store.collection("sqlInstances").has(key)) return;
  const why = isReserved
    ? " When you delete an instance, you can't reuse the name of the deleted instance until one week from the deletion date."
    : "";
  throw new ApiError("ALREADY_EXISTS", `The Cloud SQL instance already exists.${why}`, {
    reason: "instanceAlreadyExists",
  });
}

function insert(world: World, operations: SqlOperations, rules: LoginRules, call: Call): JsonObject {
  const instances = world.store.collection<JsonObject>("sqlInstances");
  const { project, body } = call;
  const name = text(body, "name");
  const key = `${project}/${name}`;
  checkInstance(body);
  requireFreeName(world, key);
  const range = privateRange(world, body);
  const made = newInstance(world, project, body);
  instances.put(key, made);
  return operations.start(key, "CREATE", async () => {
    const start = { project, instance: name, range, settings: serverSettings(made) };
    const server = await world.databases.create(start, rules).catch((error: unknown) => {
      instances.put(key, { ...made, state: "FAILED" });
      throw error;
    });
    instances.put(key, runnableInstance(made, server));
    const user = { kind: "sql#user", name: "postgres", host: "", type: "BUILT_IN", project, instance: name };
    world.store.collection<JsonObject>("sqlUsers").put(`${key}/postgres`, user);
  });
}

/** Drops an instance's databases and users one by one: its server may be somebody else's and stay. */
async function emptyInstance(world: World, key: string): Promise<void> {
  const databases = world.store.collection<JsonObject>("sqlDatabases");
  for (const [id, database] of databases.list(`${key}/`)) {
    await world.databases.execute(key, dropDatabase(text(database, "name")));
    databases.delete(id);
  }
  const users = world.store.collection<JsonObject>("sqlUsers");
  for (const [id, user] of users.list(`${key}/`)) {
    const name = text(user, "name");
    // What a user owns outside those databases keeps it; with a server of its own it goes with the server.
    if (name !== "postgres") await world.databases.execute(key, dropUser(name)).catch(() => undefined);
    users.delete(id);
  }
}
