import { ApiError } from "../api/errors.ts";
import { type JsonObject, toJson } from "../api/json.ts";
import { createDatabase, dropDatabase } from "../sql/roles.ts";
import { type Call, type Handlers, parameter, text, type World } from "../world.ts";
import type { SqlOperations } from "./sql-operations.ts";

/** Databases of Cloud SQL; `existing` answers `project/instance` or throws 404. */
export function sqlDatabaseHandlers(
  world: World,
  operations: SqlOperations,
  existing: (call: Call) => string,
): Handlers {
  const databases = world.store.collection<JsonObject>("sqlDatabases");
  const keyOf = (call: Call): string => `${existing(call)}/${parameter(call, "database")}`;
  const find = (call: Call): JsonObject => {
    const found = databases.get(keyOf(call));
    if (found !== undefined) return found;
    const message = `Not Found: database "${parameter(call, "database")}"`;
    throw new ApiError("NOT_FOUND", message, { reason: "databaseDoesNotExist" });
  };
  // Character set and collation are kept as they were asked for; nothing else of a database can be changed.
  const change = (call: Call): JsonObject => {
    const database = find(call);
    return operations.start(existing(call), "UPDATE_DATABASE", () => {
      databases.put(keyOf(call), toJson({ ...database, ...call.body }));
      return Promise.resolve();
    });
  };
  return {
    "sql.databases.insert": (call) => {
      const key = existing(call);
      const made = newDatabase(call);
      return operations.start(key, "CREATE_DATABASE", async () => {
        await world.databases.execute(key, createDatabase(text(made, "name")));
        databases.put(`${key}/${text(made, "name")}`, made);
      });
    },
    "sql.databases.get": find,
    "sql.databases.list": (call) => ({
      kind: "sql#databasesList",
      items: databases.list(`${existing(call)}/`).map(([, database]) => database),
    }),
    "sql.databases.patch": change,
    "sql.databases.update": change,
    "sql.databases.delete": (call) => {
      const database = find(call);
      return operations.start(existing(call), "DELETE_DATABASE", async () => {
        await world.databases.execute(existing(call), dropDatabase(text(database, "name")));
        databases.delete(keyOf(call));
      });
    },
  };
}

function newDatabase(call: Call): JsonObject {
  const name = text(call.body, "name");
  if (name === "" || name.length > 63) {
    throw new ApiError("INVALID_ARGUMENT", `Invalid request: database name "${name}" must have 1 to 63 characters.`);
  }
  const instance = parameter(call, "instance");
  const selfLink = `https://sqladmin.googleapis.com/sql/v1beta4/projects/${call.project}/instances/${instance}/databases/${name}`;
  const own = { kind: "sql#database", project: call.project, instance, selfLink, etag: crypto.randomUUID() };
  return toJson({ charset: "UTF8", collation: "en_US.UTF8", ...call.body, ...own });
}
