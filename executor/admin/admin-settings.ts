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
  const credentialsUrl = environment["LINTEL_IAM_CREDENTIALS_URL"] ?? "https://iamcredentials.googleapis.com";
  const login = { user, password: value("DATABASE_PASSWORD"), credentialsUrl };
  const database = url === undefined ? besideExecutor(executor, login) : ({ type: "url", url } as const);
  if (userOf(database) === userOf(executor)) {
    throw new SettingsError(
      "the admin API may not use the executor's database user; give it the role that LINTEL_ADMIN_USER names",
    );
  }
  return { role, database };
}

interface Login {
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Of the IAM Credentials API. */
  readonly credentialsUrl: string;
}

/** The same server with another user: by its password, or as the executor by tokens, but of the account that the user is of. */
function besideExecutor(executor: DatabaseSettings, { user, password, credentialsUrl }: Login): DatabaseSettings {
  if (user === undefined) {
    throw new SettingsError("LINTEL_ADMIN_DATABASE_USER is missing; the admin API has a database user of its own");
  }
  if (executor.type === "url") {
    throw new SettingsError("LINTEL_ADMIN_DATABASE_URL is missing, as LINTEL_DATABASE_URL is set");
  }
  if (password !== undefined) return { ...executor, user, password };
  if (executor.password !== undefined) throw new SettingsError("LINTEL_ADMIN_DATABASE_PASSWORD is missing");
  return { ...executor, user, impersonation: { account: accountOf(user), url: credentialsUrl } };
}

/** The service account of an IAM database user, which is its email without the end (cloud.google.com/sql/docs/postgres/iam-logins). */
function accountOf(user: string): string {
  if (/^[^@]+@[^@]+\.iam$/u.test(user)) return `${user}.gserviceaccount.com`;
  throw new SettingsError(
    `LINTEL_ADMIN_DATABASE_USER is ${JSON.stringify(user)}, which is no service account's; name one as account@project.iam, or set LINTEL_ADMIN_DATABASE_PASSWORD`,
  );
}

function userOf(settings: DatabaseSettings): string | undefined {
  if (settings.type === "server") return settings.user;
  return URL.canParse(settings.url) ? decodeURIComponent(new URL(settings.url).username) : undefined;
}
