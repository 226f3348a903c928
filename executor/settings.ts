// The process's environment, read once at the edge; everything else takes values.
import { readFileSync } from "node:fs";
import { type AdminSettings, readAdmin } from "./admin/admin-settings.ts";
import { type AuditKey, auditKeysOf } from "./audit/seal-hash.ts";
import type { DatabaseSettings } from "./connection/database-settings.ts";
import { type DurabilitySettings, readDurability } from "./journal/durability.ts";
import { type Limits, readLimits } from "./server/limits.ts";
import { SettingsError } from "./settings-error.ts";
import { readTelemetry, type TelemetrySettings } from "./telemetry/telemetry-settings.ts";

export { SettingsError } from "./settings-error.ts";

export interface ScheduleSettings {
  readonly issuer: string;
  /** Undefined: schedules are refused, because nothing says whom to expect. */
  readonly audience: string | undefined;
  readonly email: string | undefined;
}

export interface Settings {
  readonly port: number;
  /** `file:` or `https:` URL; undefined is `bundle.json` beside the program. */
  readonly bundleUrl: string | undefined;
  readonly bundleDigest: string | undefined;
  readonly database: DatabaseSettings;
  readonly schedule: ScheduleSettings;
  /** By name as in the specs. */
  readonly secret: (name: string) => string | undefined;
  /** JSON of what was accepted at deployment, for warnings and the audit log. */
  readonly deployment: string | undefined;
  /** Undefined: seals of the audit log are not signed. */
  readonly auditKey: AuditKey | undefined;
  readonly project: string | undefined;
  /** Whether `/openapi.json` answers. */
  readonly publishesOpenApi: boolean;
  readonly limits: Limits;
  readonly durability: DurabilitySettings;
  /** Undefined: the admin API is off. */
  readonly admin: AdminSettings | undefined;
  /** Undefined: telemetry is off. */
  readonly telemetry: TelemetrySettings | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws SettingsError when a setting is missing or malformed. */
export function readSettings(environment: Environment): Settings {
  const database = readDatabase(environment);
  return {
    port: readPort(environment["PORT"] ?? "8080"),
    bundleUrl: environment["LINTEL_BUNDLE"],
    bundleDigest: environment["LINTEL_BUNDLE_DIGEST"],
    database,
    schedule: {
      issuer: environment["LINTEL_GOOGLE_ISSUER"] ?? "https://accounts.google.com",
      audience: environment["LINTEL_AUDIENCE"],
      email: environment["LINTEL_SCHEDULER_EMAIL"],
    },
    secret: (name) => environment[secretVariable(name)],
    deployment: environment["LINTEL_DEPLOYMENT"],
    auditKey: readAuditKey(environment["LINTEL_AUDIT_KEY"]),
    project: environment["GOOGLE_CLOUD_PROJECT"],
    publishesOpenApi: oneOf(environment, "LINTEL_OPENAPI", ["public", "off"]) === "public",
    limits: readLimits(environment),
    durability: readDurability(environment),
    admin: readAdmin(environment, database),
    telemetry: readTelemetry(environment),
  };
}

/** `payments-webhook-key` is `LINTEL_SECRET_PAYMENTS_WEBHOOK_KEY`. */
export function secretVariable(name: string): string {
  return `LINTEL_SECRET_${name.toUpperCase().replaceAll(/[^A-Z0-9]/gu, "_")}`;
}

/** The first choice is the default. */
function oneOf<T extends string>(environment: Environment, name: string, choices: readonly [T, ...T[]]): T {
  const value = environment[name] ?? choices[0];
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  throw new SettingsError(`${name} is ${JSON.stringify(value)}; set ${choices.join(" or ")}`);
}

/** Of several the first: it signs, the others verify what was signed before it came. */
function readAuditKey(text: string | undefined): AuditKey | undefined {
  const keys = auditKeysOf(text);
  if (keys !== undefined) return keys[0];
  throw new SettingsError(
    "LINTEL_AUDIT_KEY is not 32 bytes in base64, or several of them with commas between, the newest first; make one with: openssl rand -base64 32",
  );
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/u.test(text) && port <= 65_535) return port;
  throw new SettingsError(`PORT is ${JSON.stringify(text)}; set a number from 0 to 65535`);
}

function readDatabase(environment: Environment): DatabaseSettings {
  const url = environment["LINTEL_DATABASE_URL"];
  if (url !== undefined) return { type: "url", url };
  const authority = oneOf(environment, "LINTEL_DATABASE_AUTH", ["iam", "password"]);
  const password = authority === "password" ? required(environment, "LINTEL_DATABASE_PASSWORD") : undefined;
  return {
    type: "server",
    host: required(environment, "LINTEL_DATABASE_HOST"),
    port: readPort(environment["LINTEL_DATABASE_PORT"] ?? "5432"),
    database: required(environment, "LINTEL_DATABASE_NAME"),
    user: required(environment, "LINTEL_DATABASE_USER"),
    certificateAuthority: readCertificate(required(environment, "LINTEL_DATABASE_CA")),
    password,
    metadataHost: environment["GCE_METADATA_HOST"] ?? "metadata.google.internal",
  };
}

/** PEM text, or the path of a file with it. */
function readCertificate(text: string): string {
  if (text.includes("-----BEGIN")) return text;
  try {
    return readFileSync(text, "utf8");
  } catch (error) {
    throw new SettingsError("LINTEL_DATABASE_CA is neither PEM text nor a file that can be read", { cause: error });
  }
}

function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (value !== undefined && value !== "") return value;
  throw new SettingsError(`${name} is missing; set it, or set LINTEL_DATABASE_URL for a local run`);
}
