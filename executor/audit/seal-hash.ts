import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** One seal as it stands in `lintel.audit_seals`; numbers of rows as text, because they are bigint. */
export interface Seal {
  readonly number: string;
  readonly encoding: number;
  readonly sealed_at: Date;
  readonly previous_hash: Buffer;
  readonly ids: readonly string[];
  /** 32 bytes for each of `ids`. */
  readonly digests: Buffer;
  readonly last_id: string;
  readonly floor_id: string;
  readonly seen_id: string;
  readonly writers: readonly string[];
  readonly refused_until: Date;
  readonly refusal_count: string;
  readonly refusals_digest: Buffer;
}

/** What the first seal names as the one before it. */
export const noSeal: Buffer = Buffer.alloc(32);

/** sha256 over every column of a seal, the hash of the one before it among them. */
export function sealHash(seal: Seal): Buffer {
  const parts = [
    `lintel audit seal ${String(seal.encoding)}`,
    seal.number,
    String(seal.sealed_at.getTime()),
    seal.previous_hash.toString("hex"),
    seal.ids.join(","),
    seal.digests.toString("hex"),
    seal.last_id,
    seal.floor_id,
    seal.seen_id,
    seal.writers.join(","),
    String(seal.refused_until.getTime()),
    seal.refusal_count,
    seal.refusals_digest.toString("hex"),
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest();
}

/** A key that signs seals, and the name that a signature knows it by. */
export interface AuditKey {
  readonly id: string;
  readonly bytes: Buffer;
}

/** Undefined where the text is no base64 of 32 bytes. */
function auditKeyOf(text: string): AuditKey | undefined {
  const bytes = Buffer.from(text.trim(), "base64");
  if (bytes.length !== 32 || bytes.toString("base64") !== text.trim()) return undefined;
  return { id: createHash("sha256").update("lintel audit key").update(bytes).digest("hex").slice(0, 16), bytes };
}

/**
 * One key, or several with commas between, as LINTEL_AUDIT_KEY holds them: the first signs, all verify. None where there is no
 * text, undefined where one of them is no base64 of 32 bytes.
 */
export function auditKeysOf(text: string | undefined): readonly AuditKey[] | undefined {
  if (text === undefined || text === "") return [];
  const keys = text.split(",").map(auditKeyOf);
  return keys.every((key) => key !== undefined) ? keys : undefined;
}

export function signSeal(key: AuditKey, hash: Buffer): Buffer {
  return createHmac("sha256", key.bytes).update(hash).digest();
}

export function isSignedBy(key: AuditKey, hash: Buffer, signature: Buffer): boolean {
  const expected = signSeal(key, hash);
  return signature.length === expected.length && timingSafeEqual(signature, expected);
}
