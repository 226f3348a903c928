import pg from "pg";
import { accessTokens } from "./access-token.ts";
import type { DatabaseSettings } from "./database-settings.ts";
import { impersonatedTokens } from "./impersonated-token.ts";

export interface PoolOptions {
  /** Milliseconds that one statement may take. */
  readonly statementTimeout: number;
  /** Connections at most. */
  readonly size: number;
  /** Told of idle connections that break; the pool opens others. */
  readonly onError: (error: Error) => void;
}

/** Milliseconds that a call waits for a row lock before it is told of the contention. */
const lockTimeout = 10_000;
/** The part of a statement's time that it may wait for a lock: were it all, the statement would always be late first. */
const lockPart = 0.8;

/** Milliseconds beyond the server's own timeout after which the link counts as dead, and the connection is given up. */
const silence = 1000;

/** A pool of pipelined connections: statements that do not wait for one another share a round trip. */
export function openPool(settings: DatabaseSettings, options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    ...connectionOptions(settings),
    pipeline: true,
    // Nothing is ever written outside an explicit READ WRITE transaction, also when a BEGIN that was sent ahead has failed.
    options: "-c default_transaction_read_only=on",
    application_name: "lintel-executor",
    max: options.size,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    statement_timeout: options.statementTimeout,
    lock_timeout: Math.min(lockTimeout, Math.ceil(options.statementTimeout * lockPart)),
    idle_in_transaction_session_timeout: options.statementTimeout,
    // A server that hears nothing cannot time out: the driver destroys the connection, and with it all that waits on it.
    query_timeout: options.statementTimeout + silence,
  });
  pool.on("error", options.onError);
  // A connection that breaks while it is lent out fails its queries; without a listener it would end the process too.
  pool.on("connect", (client) => client.on("error", options.onError));
  return pool;
}

/** How `pg` reaches the database: for the pool, and for the one connection of a migration. */
export function connectionOptions(settings: DatabaseSettings): pg.ClientConfig {
  if (settings.type === "url") return { connectionString: settings.url };
  const { host, port, database, user, certificateAuthority, password, metadataHost, impersonation } = settings;
  const own = accessTokens(metadataHost);
  return {
    host,
    port,
    database,
    user,
    password: password ?? (impersonation === undefined ? own : impersonatedTokens(own, impersonation)),
    // verify-ca: a Cloud SQL instance has its own authority, whose certificates do not name the private address
    // (cloud.google.com/sql/docs/postgres/configure-ssl-instance).
    ssl: { ca: certificateAuthority, rejectUnauthorized: true, checkServerIdentity: () => undefined },
  };
}
