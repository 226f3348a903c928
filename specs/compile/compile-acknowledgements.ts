import type { JsonValue } from "../json.ts";
import type { Acknowledgement, MigrationAcknowledgement } from "../language/acknowledgement.ts";
import { compact } from "./compact.ts";

interface Authored {
  readonly tool: string;
  readonly rule: string;
  readonly node?: string;
  readonly fingerprint: string;
  readonly reason?: string | number | null;
  readonly by?: string | number | null;
  readonly expires?: string | number | null;
  readonly why?: string;
}

/** The acknowledgements as text; what is missing or malformed in them is the risk engine's to name. */
export function compileAcknowledgements(value: JsonValue): readonly Acknowledgement[] {
  const { acknowledgements } = value as unknown as { readonly acknowledgements?: readonly Authored[] | null };
  // The key with nothing behind it is an empty list, which is how a file is begun.
  return (acknowledgements ?? []).map(({ reason, by, expires, ...rest }) =>
    compact<Acknowledgement>({
      ...rest,
      reason: text(reason),
      by: text(by),
      expires: text(expires),
    }),
  );
}

interface AuthoredMigration {
  readonly drop?: string;
  readonly lock?: string;
  readonly reason: string;
  readonly by: string;
  readonly expires: string;
}

/** The accepted effects of migrations; the schema has seen that each is complete. */
export function compileMigrationAcknowledgements(value: JsonValue): readonly MigrationAcknowledgement[] {
  const { migrations = [] } = value as unknown as { readonly migrations?: readonly AuthoredMigration[] };
  return migrations.map(({ drop, lock, reason, by, expires }) => {
    const [entity = "", field] = (drop ?? lock ?? "").split(".");
    const action = drop === undefined ? "lock" : "drop";
    return compact<MigrationAcknowledgement>({ action, entity, field, reason, by, expires });
  });
}

function text(value: string | number | null | undefined): string {
  return value === undefined || value === null ? "" : String(value);
}
