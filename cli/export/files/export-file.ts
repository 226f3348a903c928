import type { Bundle, CompiledSpecs, RiskLevel } from "@lintel/specs";

/** A file of an export; the path is below its folder, with `/`. */
export interface ExportFile {
  readonly path: string;
  readonly text: string;
}

/** What an export is made of. */
export interface Exported {
  readonly bundle: Bundle;
  readonly acknowledgements: CompiledSpecs["acknowledgements"];
  readonly migrations: CompiledSpecs["migrations"];
  readonly level: RiskLevel;
  /** Environment variable of each secret, by the secret's name; never its value. */
  readonly secretVariables: Readonly<Record<string, string>>;
  /** Of Lintel. */
  readonly version: string;
}

/** The database's identities, as roles.sql makes them. */
export const roles = { migrator: "lintel_migrator", executor: "lintel_executor", admin: "lintel_admin" } as const;

/** The variable of each role's password. */
export const passwords = {
  migrator: "LINTEL_MIGRATOR_PASSWORD",
  executor: "LINTEL_EXECUTOR_PASSWORD",
  admin: "LINTEL_ADMIN_PASSWORD",
} as const;
