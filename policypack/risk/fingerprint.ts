import { createHash } from "node:crypto";
import { canonicalJson, type JsonValue } from "@lintel/specs";

/** 16 hex digits of the sha256 over rule, tool and evidence. Equal evidence has equal canonical JSON, however it is written. */
export function fingerprintOf(rule: string, tool: string, evidence: JsonValue): string {
  return createHash("sha256").update(canonicalJson({ rule, tool, evidence })).digest("hex").slice(0, 16);
}
