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

function showUser(user: JsonObject): JsonObject {
  const { databaseRoles: _, ...shown } = user;
  return shown;
}

/** The user methods of sqladmin; `existing` answers `project/instance` or throws 404. */
export function sqlUserHandlers(world: World, operations: SqlOperations, existing: (call: Call) => string): Handlers {
  const users = world.store.collection<JsonObject>("sqlUsers");
  const find = (call: Call, name: string): JsonObject => {
    const found = users.get(`${existing(call)}/${name}`);
    if (found !== undefined) return found;
    throw new ApiError("NOT_FOUND", `User '${name}' does not exist.`, { reason: "userDoesNotExist" });
  };
  const named = (call: Call): JsonObject => find(call, call.query.get("name") ?? "");
  return {
    "sql.users.list": (call) => ({
      kind: "sql#usersList",
      items: users.list(`${existing(call)}/`).map(([, user]) => showUser(user)),
    }),
    "sql.users.get": (call) => showUser(find(call, parameter(call, "name"))),
    "sql.users.insert": (call) => {
      const key = existing(call);
      checkUser(call.body);
      return operations.start(key, "CREATE_USER", () => insert(world, key, call));
    },
    "sql.users.update": (call) => {
      const key = existing(call);
      const user = named(call);
      return operations.start(key, "UPDATE_USER", () => update(world, key, user, call));
    },
    "sql.users.delete": (call) => {
      const key = existing(call);
      const user = named(call);
      return operations.start(key, "DELETE_USER", async () => {
        await world.databases.execute(key, dropUser(text(user, "name")));
        users.delete(`${key}/${text(user, "name")}`);
      });
    },
  };
}

/** An existing built-in user is taken over with the new password, as Cloud SQL does. */
async function insert(world: World, key: string, call: Call): Promise<void> {
  const { project, body } = call;
  const role = text(body, "name");
  const type = text(body, "type") || "BUILT_IN";
  const given = body["databaseRoles"] as readonly string[] | undefined;
  const memberOf = isIam(body) ? [...defaultRoles(type), ...(given ?? [])] : (given ?? defaultRoles(type));
  const password = await passwordOf(world, body);
  const change = { role, memberOf, ...(password === undefined ? {} : { password }) };
  await world.databases.execute(key, createUser(change, !isIam(body)));
  const iamEmail = type === "CLOUD_IAM_SERVICE_ACCOUNT" ? `${role}${suffix}` : undefined;
  const own = { kind: "sql#user", type, iamEmail, host: "", project, instance: parameter(call, "instance") };
  const user = toJson({ ...body, ...own, password: undefined, etag: crypto.randomUUID() });
  world.store.collection<JsonObject>("sqlUsers").put(`${key}/${role}`, user);
}

async function update(world: World, key: string, user: JsonObject, call: Call): Promise<void> {
  const role = text(user, "name");
  const memberOf = call.query.getAll("databaseRoles");
  const before = (user["databaseRoles"] ?? []) as readonly string[];
  const revokes = call.query.get("revokeExistingRoles") === "true";
  const noMemberOf = revokes ? before.filter((group) => !memberOf.includes(group)) : [];
  const password = isIam(user) ? "" : text(call.body, "password");
  const change = { role, memberOf, noMemberOf, ...(password === "" ? {} : { password }) };
  await world.databases.execute(key, alterUser(change));
  const roles = memberOf.length === 0 ? {} : { databaseRoles: memberOf };
  world.store.collection<JsonObject>("sqlUsers").put(`${key}/${role}`, toJson({ ...user, ...roles }));
}
