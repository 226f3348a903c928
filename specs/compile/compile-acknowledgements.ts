import type { JsonValue } from "../json.ts";
import type { Acknowledgement } from "../language/acknowledgement.ts";
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
  const { acknowledgements } = value as unknown as { readonly acknowledgements: readonly Authored[] };
  return acknowledgements.map(({ reason, by, expires, ...rest }) =>
    compact<Acknowledgement>({
      ...rest,
      reason: text(reason),
      by: text(by),
      expires: text(expires),
    }),
  );
}

function text(value: string | number | null | undefined): string {
  return value === undefined || value === null ? "" : String(value);
}
