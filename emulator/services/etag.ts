import { createHash } from "node:crypto";

/** An etag that changes with the value. */
export function etagOf(value: object): string {
  return `"${createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 14)}"`;
}
