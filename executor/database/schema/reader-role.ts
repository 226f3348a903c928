// Decision: raw SQL runs as a role that can only select, and only from the tables it names (DESIGN.md 4): what the gate has judged
// by names is then also all that PostgreSQL lets it do.
import { createHash } from "node:crypto";
import { allNodes, type Bundle } from "@lintel/specs";
import { literal, qualified, quoted } from "../identifier.ts";
import type { DdlStatement } from "./schema-model.ts";

/** Hexadecimal digits of the executor's name's digest: roles are of the whole server, and other workspaces have theirs. */
const digits = 32;

/** The role that an executor's raw SQL runs as; it cannot log in. */
export function readerRole(executorUser: string): string {
  return `lintel_reader_${createHash("sha256").update(executorUser).digest("hex").slice(0, digits)}`;
}

/** The same name in SQL, of whoever is logged in. */
export const ownReader = `'lintel_reader_' || left(encode(sha256(convert_to(session_user::text, 'UTF8')), 'hex'), ${String(digits)})`;

/** Tables whose names stand in some raw SQL of a bundle; undefined where there is none. */
export function readerTables(bundle: Bundle): readonly string[] | undefined {
  const statements = bundle.tools.flatMap(({ flow }) =>
    allNodes(flow).flatMap((node) => (node.type === "sql" ? [node.statement] : [])),
  );
  if (statements.length === 0) return undefined;
  const tables = bundle.entities.map(({ table }) => table);
  return tables.filter((table) => statements.some((statement) => names(statement, table)));
}

/** Whatever the name means there: never fewer than it reads, and no parser is needed. */
function names(statement: string, table: string): boolean {
  return new Set(statement.toLowerCase().match(/[\p{L}\p{N}_$]+/gu)).has(table.toLowerCase());
}

/** Makes the role, and lets the executor become it. */
export function createReader(executorUser: string): readonly DdlStatement[] {
  const role = quoted(readerRole(executorUser));
  return [
    grant(`CREATE ROLE ${role} NOLOGIN NOINHERIT`),
    grant(`COMMENT ON ROLE ${role} IS ${literal(`raw SQL of ${executorUser}`)}`),
    letReads(executorUser),
  ];
}

/** Lets the executor become the role. */
export function letReads(executorUser: string): DdlStatement {
  return grant(`GRANT ${quoted(readerRole(executorUser))} TO ${quoted(executorUser)}`);
}

/** The executor becomes the role no more. */
export function takeReads(executorUser: string): DdlStatement {
  return grant(`REVOKE ${quoted(readerRole(executorUser))} FROM ${quoted(executorUser)}`);
}

/** Takes every right back and grants what is needed, which is nothing where no tool holds SQL. */
export function planReader(tables: readonly string[], executorUser: string): readonly DdlStatement[] {
  const role = quoted(readerRole(executorUser));
  return [
    grant(`REVOKE ALL ON ALL TABLES IN SCHEMA "app", "history", "lintel" FROM ${role}`),
    grant(`REVOKE ALL ON SCHEMA "app", "history", "lintel" FROM ${role}`),
    ...(tables.length === 0 ? [] : [grant(`GRANT USAGE ON SCHEMA "app" TO ${role}`)]),
    ...tables.map((table) => grant(`GRANT SELECT ON ${qualified("app", table)} TO ${role}`)),
  ];
}

function grant(sql: string): DdlStatement {
  return { sql, kind: "grant", purpose: "rights of raw SQL", phase: "expand", lock: "none" };
}
