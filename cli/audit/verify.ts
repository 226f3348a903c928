import { type AuditKey, type AuditVerdict, auditKeysOf, verifyAudit } from "@lintel/executor";
import pg from "pg";
import type { Console } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { UsageError } from "../usage-error.ts";
import { verdictText } from "./verdict-text.ts";

export interface VerifyCommandOptions {
  readonly database?: string;
  readonly head?: string;
  readonly signedSince?: string;
  readonly format: "text" | "json";
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `lintel audit verify`: resolves to the exit code. @throws UsageError where the log cannot be read */
export async function verify(
  options: VerifyCommandOptions,
  environment: Environment,
  console: Console,
): Promise<number> {
  const head = readHead(options.head);
  const keys = readKeys(environment["LINTEL_AUDIT_KEY"]);
  const signedSince = readSeal(options.signedSince, keys);
  const url = options.database ?? environment["LINTEL_DATABASE_URL"] ?? "";
  if (url === "") throw new UsageError("no database; name one by --database or LINTEL_DATABASE_URL");
  const verdict = await ofDatabase(url, (client) => verifyAudit(client, { head, keys, signedSince }));
  console.out(options.format === "json" ? `${JSON.stringify({ version: 1, ...verdict })}\n` : verdictText(verdict));
  return exitCodeOf(verdict);
}

/** An empty chain is no evidence; a head that it does not hold is. */
function exitCodeOf({ isIntact, seals }: AuditVerdict): number {
  if (!isIntact) return exitCodes.failed;
  return seals === 0 ? exitCodes.nothing : exitCodes.green;
}

function readHead(text: string | undefined): string | undefined {
  if (text === undefined || /^[0-9a-f]{64}$/iu.test(text)) return text?.toLowerCase();
  throw new UsageError(`--head is ${JSON.stringify(text)}; give the 64 hexadecimal digits of a seal's head`);
}

/** Digits of a bigint: a seal's number. */
function readSeal(text: string | undefined, keys: readonly AuditKey[]): string | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,17}$/u.test(text)) {
    throw new UsageError(`--signed-since is ${JSON.stringify(text)}; give the number of a seal, the first one is 1`);
  }
  if (keys.length > 0) return text;
  throw new UsageError("--signed-since needs the key that signatures are verified with; set LINTEL_AUDIT_KEY");
}

function readKeys(text: string | undefined): readonly AuditKey[] {
  const keys = auditKeysOf(text);
  if (keys !== undefined) return keys;
  throw new UsageError("LINTEL_AUDIT_KEY is not 32 bytes in base64, or several of them with commas between");
}

async function ofDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = clientOf(url);
  // A connection that breaks fails its query; without a listener it would end the process too.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw asUsageError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function clientOf(url: string): pg.Client {
  try {
    return new pg.Client({ connectionString: url, application_name: "lintel-audit" });
  } catch {
    throw new UsageError("the database's URL cannot be read; give it as postgresql://user:password@host:port/name");
  }
}

/** SQLSTATEs by what to do about them; the URL, which may hold a password, is never printed. */
const remedies: Readonly<Record<string, string>> = {
  "42501":
    "the database's user may not read the audit log; use the admin's identity (LINTEL_ADMIN_USER of the migration)",
  "42P01": "there are no seals in this database; migrate it with this version of lintel first",
  "3F000": "there is no schema lintel in this database; name the workspace's database",
};

function asUsageError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = "code" in error ? String(error.code) : "";
  const isConnection =
    /^(?:E[A-Z]+|08\w{3}|28\w{3}|3D000|57P0\w)$/u.test(code) || /terminated|timeout/u.test(error.message);
  if (remedies[code] !== undefined) return new UsageError(remedies[code]);
  return isConnection ? new UsageError(`the database cannot be reached: ${code === "" ? error.message : code}`) : error;
}
