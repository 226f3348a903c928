import pg from "pg";
import { ApiError } from "../api/errors.ts";

/** Runs statements one after another as a superuser; a refusal of PostgreSQL's becomes Cloud SQL's 400. */
export async function administer(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    const detail = error.detail === undefined ? "" : ` Details: ${error.detail}.`;
    throw new ApiError("INVALID_ARGUMENT", `Invalid request: failed to execute: pq: ${error.message}.${detail}`, {
      reason: "invalid",
    });
  } finally {
    await client.end();
  }
}

const name = pg.escapeIdentifier;
const literal = pg.escapeLiteral;

function roleIfAbsent(role: string, attributes: string): string {
  return `DO $do$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(role)}) THEN CREATE ROLE ${name(role)} ${attributes}; END IF; END $do$`;
}

/** The roles that Cloud SQL makes in every PostgreSQL instance (cloud.google.com/sql/docs/postgres/users). */
export const bootstrap: readonly string[] = [
  roleIfAbsent("cloudsqlsuperuser", "NOLOGIN CREATEROLE CREATEDB"),
  "GRANT pg_monitor, pg_signal_backend TO cloudsqlsuperuser WITH ADMIN OPTION",
  roleIfAbsent("cloudsqliamuser", "NOLOGIN"),
  roleIfAbsent("cloudsqliamserviceaccount", "NOLOGIN"),
  roleIfAbsent("postgres", "LOGIN CREATEROLE CREATEDB IN ROLE cloudsqlsuperuser"),
];

/** A database as Cloud SQL makes it: owned by cloudsqlsuperuser. */
export function createDatabase(database: string): readonly string[] {
  return [`CREATE DATABASE ${name(database)} OWNER cloudsqlsuperuser TEMPLATE template0 ENCODING 'UTF8'`];
}

/** Drops a database; its connections are ended, as Cloud SQL does. */
export function dropDatabase(database: string): readonly string[] {
  return [`DROP DATABASE ${name(database)} WITH (FORCE)`];
}

/** A database user to make or to change. */
export interface RoleChange {
  readonly role: string;
  /** Plain text; absent leaves it as it is. */
  readonly password?: string;
  readonly memberOf: readonly string[];
  /** Roles that are taken away again. */
  readonly noMemberOf?: readonly string[];
}

/** Makes a user: built-in ones may make roles and databases, those of IAM start without rights. */
export function createUser(change: RoleChange, builtIn: boolean): readonly string[] {
  return [roleIfAbsent(change.role, `LOGIN ${builtIn ? "CREATEROLE CREATEDB" : ""}`), ...alterUser(change)];
}

/** Changes a user's password and memberships. */
export function alterUser(change: RoleChange): readonly string[] {
  const role = name(change.role);
  const password = change.password === undefined ? [] : [`ALTER ROLE ${role} PASSWORD ${literal(change.password)}`];
  const granted = change.memberOf.map((group) => `GRANT ${name(group)} TO ${role}`);
  const revoked = (change.noMemberOf ?? []).map((group) => `REVOKE ${name(group)} FROM ${role}`);
  return [...password, ...granted, ...revoked];
}

/** Drops a user; PostgreSQL refuses while it owns anything or holds grants. */
export function dropUser(role: string): readonly string[] {
  return [`DROP ROLE ${name(role)}`];
}
