import type { Bundle } from "@lintel/specs";
import type { Pool } from "pg";
import type { Logger } from "pino";
import { openPool } from "../connection/open-pool.ts";
import type { Recovery } from "../recovery/recover.ts";
import { SettingsError } from "../settings-error.ts";
import type { AdminSettings } from "./admin-settings.ts";

export interface Admin {
  readonly role: string;
  /** Connections of the admin's own identity, opened when they are needed. */
  readonly pool: Pool;
  /** What takes executions up again by hand, with the executor's own identity: the admin's only reads. */
  readonly recovery: Recovery;
}

/** Milliseconds that a question may take. */
const statementTimeout = 5000;

/** @throws SettingsError where the role is one that tools know: who uses the workspace does not thereby look into it */
export function openAdmin(settings: AdminSettings, { workspace }: Bundle, log: Logger, recovery: Recovery): Admin {
  const { role, database } = settings;
  if (workspace.roles.includes(role)) {
    throw new SettingsError(`LINTEL_ADMIN_ROLE is ${role}, a role of the workspace; name one that no tool knows`);
  }
  const onError = (error: Error): void => log.warn({ error }, "a database connection of the admin API broke");
  return { role, recovery, pool: openPool(database, { size: 2, statementTimeout, onError }) };
}
