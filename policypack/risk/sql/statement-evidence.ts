import type { ParseSql } from "./load-sql-parser.ts";

/** Where a node stands in its statement says nothing about what it does. */
const places: ReadonlySet<string> = new Set(["location", "stmt_location", "stmt_len", "list_start", "list_end"]);

/** A statement by what PostgreSQL reads in it: white space, comments and the case of keywords are no change. */
export function statementEvidence(statement: string, parse: ParseSql): string {
  try {
    return JSON.stringify(parse(statement), (key, value: unknown) => (places.has(key) ? undefined : value));
  } catch {
    return statement; // it cannot be parsed, or its tree is too deep to be written: the text says it too
  }
}
