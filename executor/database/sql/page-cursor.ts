// Decision: a cursor is the last row's place in the order, not a number of rows to skip: pages neither overlap nor miss a row
// when others write in between, and page 1,000 costs what page 1 does. It holds nothing that the caller has not been shown.
import type { JsonObject, JsonValue } from "@lintel/specs";
import { StatementError } from "../statement.ts";

/** Opaque to callers: base64url of the order's name and the row's values in that order. */
export function cursorOf(row: JsonObject, order: string, fields: readonly string[]): string {
  const values = fields.map((field) => row[field] ?? null);
  return Buffer.from(JSON.stringify([order, ...values])).toString("base64url");
}

/** The values of a cursor. @throws StatementError value-mismatch for a text that is no cursor of this order */
export function readCursor(cursor: JsonValue, order: string, fields: readonly string[]): readonly JsonValue[] {
  const parsed = typeof cursor === "string" ? parse(cursor) : undefined;
  if (!Array.isArray(parsed) || parsed.length !== fields.length + 1) {
    throw new StatementError("value-mismatch", "the cursor is not one that this list gave");
  }
  const [of, ...values] = parsed as readonly JsonValue[];
  if (of === order) return values;
  throw new StatementError("value-mismatch", "the cursor is of another order; ask for the first page again");
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
