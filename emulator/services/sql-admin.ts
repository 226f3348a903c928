import { ApiError } from "../api/errors.ts";
import { type JsonObject, toJson } from "../api/json.ts";
import { sqlNameReservation } from "../limits.ts";
import { describeCertificate } from "../sql/certificates.ts";
import type { LoginRules, ServerRecord } from "../sql/database-servers.ts";
import { createDatabase, dropDatabase, dropUser } from "../sql/roles.ts";
import { type Call, type Handlers, parameter, text, type World } from "../world.ts";
import { projectPolicy } from "./resource-manager.ts";
import {
  changedInstance,
  checkInstance,
  hasFlag,
  ipConfigurationOf,
  newInstance,
  privateRange,
  runnableInstance,
  serverSettings,
  settingsOf,
} from "./sql-instance.ts";
import { openSqlOperations, type SqlOperations } from "./sql-operations.ts";
import { sqlUserHandlers } from "./sql-users.ts";

const loginRoles = ["roles/cloudsql.instanceUser", "roles/cloudsql.admin", "roles/owner"];

/** Who may log in over what: IAM users need the flag and a role, and TLS is asked for by the instance's settings. */
export function loginRules(world: World): LoginRules {
  const { store } = world;
  const instances = store.collection<JsonObject>("sqlInstances");
  return {
    requiresTls: (key) => {
      const ip = ipConfigurationOf(instances.get(key) ?? {});
      return text(ip, "sslMode") !== "ALLOW_UNENCRYPTED_AND_ENCRYPTED" || ip["requireSsl"] === true;
    },
    refuse: (key, user) => {
      const known = store.collection<JsonObject>("sqlUsers").get(`${key}/${user}`);
      if (known === undefined || !text(known, "type").startsWith("CLOUD_IAM_")) return undefined;
      if (!hasFlag(instances.get(key) ?? {}, "cloudsql.iam_authentication"))
        return `Cloud SQL IAM user authentication failed for user "${user}": flag cloudsql.iam_authentication is off`;
      const member = text(known, "iamEmail") === "" ? `user:${user}` : `serviceAccount:${text(known, "iamEmail")}`;
      const project = key.split("/")[0] ?? "";
      if (world.policies.allows([projectPolicy(project)], member, loginRoles)) return undefined;
      return `Cloud SQL IAM service account authentication failed for user "${user}"`;
    },
  };
}

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
    ...databaseHandlers(world, operations, existing),
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

function reserve(world: World, key: string): void {
  const deleted = world.store.collection<string>("sqlDeletedNames").get(key);
  if (world.store.collection("sqlInstances").has(key)) {
    throw new ApiError("ALREADY_EXISTS", "The Cloud SQL instance already exists.", { reason: "instanceAlreadyExists" });
  }
  if (deleted === undefined || Date.now() - Date.parse(deleted) > sqlNameReservation) return;
  throw new ApiError(
    "ALREADY_EXISTS",
    "The Cloud SQL instance already exists. When you delete an instance, you can't reuse the name of the deleted instance until one week from the deletion date.",
    { reason: "instanceAlreadyExists" },
  );
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
    "sql.instances.insert": (call) => {
      const name = text(call.body, "name");
      const key = `${call.project}/${name}`;
      checkInstance(call.body);
      reserve(world, key);
      const range = privateRange(world, call.body);
      const made = newInstance(world, call.project, call.body);
      instances.put(key, made);
      return operations.start(key, "CREATE", async () => {
        const start = { project: call.project, instance: name, range, settings: serverSettings(made) };
        const server = await world.databases.create(start, rules).catch((error: unknown) => {
          instances.put(key, { ...made, state: "FAILED" });
          throw error;
        });
        instances.put(key, runnableInstance(made, server));
        const user = {
          kind: "sql#user",
          name: "postgres",
          host: "",
          type: "BUILT_IN",
          project: call.project,
          instance: name,
        };
        world.store.collection<JsonObject>("sqlUsers").put(`${key}/postgres`, user);
      });
    },
    "sql.instances.get": find,
    "sql.instances.list": (call) => ({
      kind: "sql#instancesList",
      items: instances.list(`${call.project}/`).map(([, instance]) => instance),
    }),
    "sql.instances.patch": (call) => change(call, false),
    "sql.instances.update": (call) => change(call, true),
    "sql.instances.delete": (call) => {
      const key = existing(call);
      if (settingsOf(find(call))["deletionProtectionEnabled"] === true) {
        throw new ApiError(
          "INVALID_ARGUMENT",
          "The instance is protected. Please disable the deletion protection and try again. To disable deletion protection, update the instance settings with deletionProtectionEnabled set to false.",
          { reason: "instanceProtected" },
        );
      }
      return operations.start(key, "DELETE", async () => {
        await emptyInstance(world, key);
        await world.databases.delete(key);
        instances.delete(key);
        world.store.collection<string>("sqlDeletedNames").put(key, new Date().toISOString());
      });
    },
  };
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
    // What a user owns outside those databases keeps it; with a server of its own it goes with the server.
    if (text(user, "name") !== "postgres")
      await world.databases.execute(key, dropUser(text(user, "name"))).catch(() => undefined);
    users.delete(id);
  }
}

function databaseHandlers(world: World, operations: SqlOperations, existing: (call: Call) => string): Handlers {
  const databases = world.store.collection<JsonObject>("sqlDatabases");
  const keyOf = (call: Call): string => `${existing(call)}/${parameter(call, "database")}`;
  const find = (call: Call): JsonObject => {
    const found = databases.get(keyOf(call));
    if (found !== undefined) return found;
    throw new ApiError("NOT_FOUND", `Not Found: database "${parameter(call, "database")}"`, {
      reason: "databaseDoesNotExist",
    });
  };
  const patch = (call: Call): JsonObject => {
    find(call);
    return operations.start(existing(call), "UPDATE_DATABASE", () => Promise.resolve());
  };
  return {
    "sql.databases.insert": (call) => {
      const key = existing(call);
      const name = text(call.body, "name");
      if (!/^[^\0]{1,63}$/.test(name))
        throw new ApiError(
          "INVALID_ARGUMENT",
          `Invalid request: database name "${name}" must have 1 to 63 characters.`,
        );
      return operations.start(key, "CREATE_DATABASE", async () => {
        await world.databases.execute(key, createDatabase(name));
        const selfLink = `https://sqladmin.googleapis.com/sql/v1beta4/projects/${call.project}/instances/${parameter(call, "instance")}/databases/${name}`;
        databases.put(
          `${key}/${name}`,
          toJson({
            charset: "UTF8",
            collation: "en_US.UTF8",
            ...call.body,
            kind: "sql#database",
            project: call.project,
            instance: parameter(call, "instance"),
            selfLink,
            etag: crypto.randomUUID(),
          }),
        );
      });
    },
    "sql.databases.get": find,
    "sql.databases.list": (call) => ({
      kind: "sql#databasesList",
      items: databases.list(`${existing(call)}/`).map(([, database]) => database),
    }),
    "sql.databases.patch": patch,
    "sql.databases.update": patch,
    "sql.databases.delete": (call) => {
      const database = find(call);
      return operations.start(existing(call), "DELETE_DATABASE", async () => {
        await world.databases.execute(existing(call), dropDatabase(text(database, "name")));
        databases.delete(keyOf(call));
      });
    },
  };
}
