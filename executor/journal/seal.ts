// AES-256-GCM (NIST SP 800-38D) with random 96-bit nonces. What a value belongs to is authenticated with it, so that a sealed value
// opens in its own place only.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import type { JsonValue } from "@lintel/specs";
import { SettingsError } from "../settings-error.ts";

const nonceSize = 12;
const tagSize = 16;
const keySize = 32;

/** A value that cannot be opened: another key, or other bytes than were sealed. */
export class SealError extends Error {
  override readonly name = "SealError";
}

/** nonce (12 bytes), tag (16 bytes), ciphertext. */
export function seal(key: Buffer, value: JsonValue, place: string): Buffer {
  return sealBytes(key, Buffer.from(JSON.stringify(value)), place);
}

/** @throws SealError */
export function unseal(key: Buffer, sealed: Buffer, place: string): JsonValue {
  return JSON.parse(unsealBytes(key, sealed, place).toString()) as JsonValue;
}

/** Wraps and unwraps the data keys of executions. */
export interface KeyRing {
  /** A data key, as it may be stored beside what it opens. */
  wrap(dataKey: Buffer, execution: string): Buffer;
  /** @throws SealError when none of the ring's keys opens it */
  unwrap(stored: Buffer, execution: string): Buffer;
  readonly isEmpty: boolean;
}

/** @param text base64 keys of 32 bytes with commas in between: the first wraps, all unwrap; undefined: keys are stored as they are */
export function keyRing(text: string | undefined): KeyRing {
  const keys = text === undefined || text === "" ? [] : text.split(",").map((part) => readKey(part.trim()));
  const [first] = keys;
  return {
    isEmpty: first === undefined,
    wrap: (dataKey, execution) => (first === undefined ? dataKey : sealBytes(first, dataKey, execution)),
    unwrap: (stored, execution) => {
      // A key that anybody could have written opens nothing where keys are sealed.
      if (first === undefined && stored.length === keySize) return stored;
      for (const key of keys) {
        try {
          return unsealBytes(key, stored, execution);
        } catch {
          // Perhaps a later one of the ring.
        }
      }
      throw new SealError(
        `no key of LINTEL_TRACE_KEY opens execution ${execution}; keep former keys in the list (what began before there was any is not taken up)`,
      );
    },
  };
}

/** A fresh key of 32 bytes. */
export function newDataKey(): Buffer {
  return randomBytes(keySize);
}

function readKey(text: string): Buffer {
  const key = Buffer.from(text, "base64");
  if (key.length === keySize && /^[A-Za-z0-9+/_=-]+$/u.test(text)) return key;
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 8);
  throw new SettingsError(
    `LINTEL_TRACE_KEY holds a key (sha256 ${digest}…) that is not 32 bytes in base64; make one with \`openssl rand -base64 32\``,
  );
}

function sealBytes(key: Buffer, bytes: Buffer, place: string): Buffer {
  const nonce = randomBytes(nonceSize);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagSize }).setAAD(Buffer.from(place));
  const text = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

function unsealBytes(key: Buffer, sealed: Buffer, place: string): Buffer {
  const nonce = sealed.subarray(0, nonceSize);
  const tag = sealed.subarray(nonceSize, nonceSize + tagSize);
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagSize });
    decipher.setAAD(Buffer.from(place)).setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed.subarray(nonceSize + tagSize)), decipher.final()]);
  } catch (error) {
    throw new SealError(`what was sealed as ${place} does not open`, { cause: error });
  }
}
