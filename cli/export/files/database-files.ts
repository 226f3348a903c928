import { readerRole, schemaStatements } from "@lintel/executor";
import { type Exported, type ExportFile, passwords, roles } from "./export-file.ts";

/** The database's roles, and its schema for whoever wants to see it or make it without the executor. */
export function databaseFiles(exported: Exported): readonly ExportFile[] {
  return [
    { path: "database/roles.sql", text: `${rolesScript}${readerLines}` },
    { path: "database/schema.sql", text: schemaScript(exported) },
  ];
}

const rolesScript = `-- Roles of a Lintel database, for psql 14 or newer, run by the database's owner, also again. Passwords come from the environment.
\\set ON_ERROR_STOP on
${Object.values(passwords)
  .map((variable) => `\\getenv ${variable.toLowerCase()} ${variable}\n`)
  .join("")}
${(["migrator", "executor", "admin"] as const)
  .map((role) => roleLines(roles[role], passwords[role].toLowerCase()))
  .join("")}
-- Owns every schema; used by \`node main.mjs migrate\` only.
SELECT format('GRANT CREATE ON DATABASE %I TO "${roles.migrator}"', current_database()) \\gexec
`;

const reader = readerRole(roles.executor);

const readerLines = `-- What raw SQL runs as, which can only select.
SELECT 'CREATE ROLE "${reader}" NOLOGIN NOINHERIT' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${reader}') \\gexec
GRANT "${reader}" TO "${roles.executor}";
`;

/** May be run again, also with another password. */
function roleLines(role: string, password: string): string {
  return (
    `SELECT 'CREATE ROLE "${role}"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') \\gexec\n` +
    `ALTER ROLE "${role}" LOGIN PASSWORD :'${password}';\n`
  );
}

function schemaScript({ bundle, version }: Exported): string {
  const identities = { executorUser: roles.executor, adminUser: roles.admin };
  const statements = schemaStatements(bundle, identities).map(
    ({ sql, purpose }) => `-- ${oneLine(purpose)}\n${sql};\n`,
  );
  return `-- The schema of workspace ${bundle.workspace.name}, bundle ${bundle.digest}, as lintel ${version} makes it; for psql, on a
-- database that has the roles of roles.sql. You need not run it: \`node main.mjs migrate\` makes the same and, unlike
-- this, records the bundle, without which the executor does not serve.
\\set ON_ERROR_STOP on
SET ROLE "${roles.migrator}";
BEGIN;

${statements.join("\n")}
COMMIT;
`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
