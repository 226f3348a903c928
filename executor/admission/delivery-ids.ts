import { createHash } from "node:crypto";
import type { WebhookSignature, WebhookTrigger } from "@lintel/specs";
import { type HeaderReader, readPairs } from "./webhook-signature.ts";

/**
 * What tells that a delivery has come before, as digests: the sender's id of it, else its body; and, as no signature covers the id,
 * what was signed. So a captured request stays the same one under another id, and without one. Where a time stamp is signed, the
 * same body may come again at another time under another id; where none is, only the body can tell.
 */
export function deliveryIdsOf(
  { signature, idHeader }: WebhookTrigger,
  header: HeaderReader,
  body: Buffer,
): readonly string[] {
  const id = idHeader === undefined ? "" : (header(idHeader) ?? "").trim();
  const time = signedTime(signature, header);
  const named = id === "" ? digest("body", body) : digest("id", id);
  const signed = time === undefined ? digest("body", body) : digest("signed", time, body);
  return named === signed ? [signed] : [named, signed];
}

/** The time stamp that the signature covers; undefined where it covers the body alone. */
function signedTime(
  { scheme, header: name, timestampHeader }: WebhookSignature,
  header: HeaderReader,
): string | undefined {
  if (scheme === "stripe") return readPairs(header(name) ?? "", "t")[0] ?? "";
  return timestampHeader === undefined ? undefined : (header(timestampHeader) ?? "");
}

function digest(kind: string, ...parts: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256").update(kind);
  for (const part of parts) hash.update("\0").update(part);
  return hash.digest("hex");
}
