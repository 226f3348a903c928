// Stands in for psql on machines that have PostgreSQL's server only: the meta-commands that an export's roles.sql has.
import { readFileSync } from "node:fs";
import pg from "pg";

const [url = "", , file = ""] = process.argv.slice(2);
/** @type {Record<string, string>} */
const variables = {};
const client = new pg.Client({ connectionString: url });
await client.connect();
const script = readFileSync(file, "utf8")
  .replaceAll(/^\\set .*$/gm, "")
  .replaceAll(/^\\getenv (\S+) (\S+)$/gm, (_, name, variable) => {
    variables[name] = process.env[variable] ?? "";
    return "";
  })
  .replaceAll(/:'(\w+)'/g, (_, name) => pg.escapeLiteral(variables[name] ?? ""));
for (const part of script.split(/(?<=\\gexec\n)/)) {
  if (!part.includes("\\gexec")) await client.query(part);
  else {
    const statements = part
      .replaceAll(/^--.*$/gm, "")
      .replace("\\gexec", "")
      .split(";")
      .filter((one) => one.trim() !== "");
    const last = statements.pop() ?? "";
    for (const statement of statements) await client.query(statement);
    for (const row of (await client.query({ text: last, rowMode: "array" })).rows) await client.query(row[0]);
  }
}
await client.end();
