import type { DatabaseSettings } from "../connection/database-settings.ts";
import { SettingsError } from "../settings-error.ts";

export interface AdminSettings {
  /** In the role claim of the workspace's tokens. */
  readonly role: string;
  /** The admin's own identity in the database, which reads what happened and no rows. */
  readonly database: DatabaseSettings;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Undefined where the admin API is off, as it is unless both its role and its database identity are set.
 * @throws SettingsError for half of it, and for the executor's own identity
 */
export function readAdmin(environment: Environment, executor: DatabaseSettings): AdminSettings | undefined {
  const value = (name: string): string | undefined => environment[`LINTEL_ADMIN_${name}`] || undefined;
  const [role, url, user] = [value("ROLE"), value("DATABASE_URL"), value("DATABASE_USER")];
  if (role === undefined && url === undefined && user === undefined) return undefined;
  if (role === undefined)
    throw new SettingsError("LINTEL_ADMIN_ROLE is missing; name the role that may use the admin API");
  const database =
    url === undefined ? besideExecutor(executor, user, value("DATABASE_PASSWORD")) : ({ type: "url", url } as const);
  if (userOf(database) === userOf(executor)) {
    throw new SettingsError(
      "the admin API may not use the executor's database user; give it the role that LINTEL_ADMIN_USER names",
    );
  }
  return { role, database };
}

/** The same server with another user. An access token names the service's own account, so this user needs a password. */
function besideExecutor(
  executor: DatabaseSettings,
  user: string | undefined,
  password: string | undefined,
): DatabaseSettings {
  if (user === undefined) {
    throw new SettingsError("LINTEL_ADMIN_DATABASE_USER is missing; the admin API has a database user of its own");
  }
  if (password === undefined) throw new SettingsError("LINTEL_ADMIN_DATABASE_PASSWORD is missing");
  if (executor.type === "server") return { ...executor, user, password };
  throw new SettingsError("LINTEL_ADMIN_DATABASE_URL is missing, as LINTEL_DATABASE_URL is set");
}

function userOf(settings: DatabaseSettings): string | undefined {
  if (settings.type === "server") return settings.user;
  return URL.canParse(settings.url) ? decodeURIComponent(new URL(settings.url).username) : undefined;
}
