import { createHash } from "node:crypto";
import type { WebhookTrigger } from "@lintel/specs";
import type { HeaderReader } from "./webhook-signature.ts";

/**
 * What tells that a delivery has come before, as digests: the sender's id of it, else its body. No signature covers the id, so
 * where one covers a time stamp, what was signed counts as well: a captured request stays the same one under a new id.
 */
export function deliveryIdsOf(
  { signature, idHeader }: WebhookTrigger,
  header: HeaderReader,
  body: Buffer,
): readonly string[] {
  const id = idHeader === undefined ? undefined : header(idHeader);
  if (id === undefined || id.trim() === "") return [digest("body", body)];
  const timestamp = signature.timestampHeader === undefined ? undefined : header(signature.timestampHeader);
  if (signature.scheme === "stripe") {
    const time = /(?:^|,)\s*t=(\d+)/u.exec(header(signature.header) ?? "")?.[1] ?? "";
    return [digest("id", id), digest("signed", time, body)];
  }
  return timestamp === undefined ? [digest("id", id)] : [digest("id", id), digest("signed", timestamp, body)];
}

function digest(kind: string, ...parts: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256").update(kind);
  for (const part of parts) hash.update("\0").update(part);
  return hash.digest("hex");
}
