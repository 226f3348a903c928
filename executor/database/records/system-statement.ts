import { createHash } from "node:crypto";
import type { JsonValue } from "@lintel/specs";
import { withValues } from "../sql/bind-statement.ts";
import type { BoundStatement } from "../statement.ts";

type Value = BoundStatement["values"][number];

/** A statement over the executor's own tables, whose text is written here and takes values in order. */
export function systemStatement(text: string): (values: readonly Value[]) => BoundStatement {
  const name = `lintel_${createHash("sha256").update(text).digest("hex").slice(0, 32)}`;
  return (values) => withValues({ name, text }, values.map(storable));
}

/** JSON as a jsonb parameter; PostgreSQL's jsonb has no NUL, so it becomes the replacement character. */
export function jsonText(value: JsonValue | object): string {
  return JSON.stringify(value).replaceAll("\\u0000", "\\ufffd");
}

/** What is recorded may come from outside, and a record must never fail for a NUL in it. */
function storable(value: Value): Value {
  if (value === null) return null;
  return typeof value === "string" ? cleaned(value) : value.map((one) => (one === null ? null : cleaned(one)));
}

function cleaned(text: string): string {
  return text.replaceAll("\0", "\ufffd");
}
