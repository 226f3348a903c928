import { ApiError } from "../api/errors.ts";
import { type JsonObject, toJson } from "../api/json.ts";
import { alterUser, createUser, dropUser } from "../sql/roles.ts";
import { type Call, type Handlers, parameter, text, type World } from "../world.ts";
import type { SqlOperations } from "./sql-operations.ts";

const suffix = ".gserviceaccount.com";

function isIam(user: JsonObject): boolean {
  return text(user, "type").startsWith("CLOUD_IAM_");
}

/** Roles that a new user is put in when the request names none (cloud.google.com/sql/docs/postgres/users). */
function defaultRoles(type: string): readonly string[] {
  if (type === "CLOUD_IAM_SERVICE_ACCOUNT") return ["cloudsqliamserviceaccount"];
  return type.startsWith("CLOUD_IAM_") ? ["cloudsqliamuser"] : ["cloudsqlsuperuser"];
}

/** The account whose access token is the password of an IAM database user. */
async function passwordOf(world: World, user: JsonObject): Promise<string | undefined> {
  if (text(user, "type") !== "CLOUD_IAM_SERVICE_ACCOUNT") return text(user, "password") || undefined;
  return (await world.tokens.access(`${text(user, "name")}${suffix}`)).token;
}

/** Keeps the passwords of IAM database users equal to their accounts' current access tokens. */
export function followTokens(world: World): void {
  const users = world.store.collection<JsonObject>("sqlUsers");
  world.tokens.onMint(async ({ email, token }) => {
    const name = email.slice(0, -suffix.length);
    const own = users
      .list()
      .filter(([, user]) => user["name"] === name && text(user, "type") === "CLOUD_IAM_SERVICE_ACCOUNT");
    for (const [key] of own) {
      const instance = key.split("/").slice(0, 2).join("/");
      await world.databases.execute(instance, alterUser({ role: name, password: token, memberOf: [] }));
    }
  });
}

/** Sets every IAM user's password after a restart, when tokens may have been renewed meanwhile. */
export async function refreshIamPasswords(world: World): Promise<void> {
  for (const [key, user] of world.store.collection<JsonObject>("sqlUsers").list()) {
    if (text(user, "type") !== "CLOUD_IAM_SERVICE_ACCOUNT") continue;
    const password = await passwordOf(world, user);
    if (password === undefined) continue;
    await world.databases.execute(
      key.split("/").slice(0, 2).join("/"),
      alterUser({ role: text(user, "name"), password, memberOf: [] }),
    );
  }
}

function checkUser(user: JsonObject): void {
  const name = text(user, "name");
  if (name === "") throw new ApiError("INVALID_ARGUMENT", "Invalid request: User name is required.");
  if (name.length > 63)
    throw new ApiError("INVALID_ARGUMENT", `Invalid request: User name ${name} is longer than 63 characters.`);
  if (text(user, "type") === "CLOUD_IAM_SERVICE_ACCOUNT" && name.endsWith(suffix)) {
    throw new ApiError(
      "INVALID_ARGUMENT",
      `Invalid request: Database username for Cloud SQL IAM service account should be created without "${suffix}" suffix.`,
    );
  }
}

/** The user methods of sqladmin; `existing` answers `project/instance` or throws 404. */
export function sqlUserHandlers(world: World, operations: SqlOperations, existing: (call: Call) => string): Handlers {
  const users = world.store.collection<JsonObject>("sqlUsers");
  const named = (call: Call): string => `${existing(call)}/${call.query.get("name") ?? ""}`;
  const find = (key: string): JsonObject => {
    const found = users.get(key);
    if (found === undefined)
      throw new ApiError("NOT_FOUND", `User '${key.split("/").slice(2).join("/")}' does not exist.`, {
        reason: "userDoesNotExist",
      });
    return found;
  };
  const show = (user: JsonObject): JsonObject => {
    const { password: _, databaseRoles: __, ...shown } = user;
    return shown;
  };
  return {
    "sql.users.list": (call) => {
      const key = existing(call);
      return { kind: "sql#usersList", items: users.list(`${key}/`).map(([, user]) => show(user)) };
    },
    "sql.users.get": (call) => show(find(`${existing(call)}/${parameter(call, "name")}`)),
    "sql.users.insert": (call) => {
      const key = existing(call);
      checkUser(call.body);
      const role = text(call.body, "name");
      const id = `${key}/${role}`;
      return operations.start(key, "CREATE_USER", async () => {
        const given = call.body["databaseRoles"] as readonly string[] | undefined;
        const type = text(call.body, "type") || "BUILT_IN";
        const memberOf = isIam(call.body) ? [...defaultRoles(type), ...(given ?? [])] : (given ?? defaultRoles(type));
        const password = await passwordOf(world, call.body);
        const change = { role, memberOf, ...(password === undefined ? {} : { password }) };
        // An existing built-in user is taken over with the new password, as Cloud SQL does.
        await world.databases.execute(key, users.has(id) ? alterUser(change) : createUser(change, !isIam(call.body)));
        const iamEmail = type === "CLOUD_IAM_SERVICE_ACCOUNT" ? `${role}${suffix}` : undefined;
        users.put(
          id,
          toJson({
            ...call.body,
            password: undefined,
            kind: "sql#user",
            type,
            iamEmail,
            host: "",
            project: call.project,
            instance: parameter(call, "instance"),
            etag: crypto.randomUUID(),
          }),
        );
      });
    },
    "sql.users.update": (call) => {
      const [key, id] = [existing(call), named(call)];
      const user = find(id);
      return operations.start(key, "UPDATE_USER", async () => {
        const memberOf = call.query.getAll("databaseRoles");
        const before = (user["databaseRoles"] ?? []) as readonly string[];
        const revokes =
          call.query.get("revokeExistingRoles") === "true" ? before.filter((role) => !memberOf.includes(role)) : [];
        const password = isIam(user) ? "" : text(call.body, "password");
        await world.databases.execute(
          key,
          alterUser({
            role: text(user, "name"),
            memberOf,
            noMemberOf: revokes,
            ...(password === "" ? {} : { password }),
          }),
        );
        users.put(id, toJson({ ...user, ...(memberOf.length === 0 ? {} : { databaseRoles: memberOf }) }));
      });
    },
    "sql.users.delete": (call) => {
      const [key, id] = [existing(call), named(call)];
      const user = find(id);
      return operations.start(key, "DELETE_USER", async () => {
        await world.databases.execute(key, dropUser(text(user, "name")));
        users.delete(id);
      });
    },
  };
}
