import { Client } from "pg";

/** Where the workspace's database is, and who asks. */
export interface AuditReader {
  readonly host: string;
  readonly database: string;
  readonly user: string;
  /** Access token of the user's service account. */
  readonly password: string;
  /** Certificate of the instance's own authority, PEM. */
  readonly ca: string;
}

/** Reads the last audit records as the admin identity, oldest first, as lines of a table. */
export async function readAuditRecords(reader: AuditReader, count: number): Promise<readonly string[]> {
  const client = new Client({
    host: reader.host,
    database: reader.database,
    user: reader.user,
    password: reader.password,
    // Cloud SQL's certificate names the instance, not its address: the authority is what is verified.
    ssl: { ca: reader.ca, checkServerIdentity: () => undefined },
  });
  await client.connect();
  try {
    const { rows } = await client.query<AuditRow>(
      `SELECT to_char(started_at, 'HH24:MI:SS') AS at, tool, outcome, status, caller_subject AS subject, left(execution_id::text, 8) AS execution
         FROM (SELECT * FROM lintel.audit_log WHERE kind = 'execution' ORDER BY id DESC LIMIT $1) AS latest ORDER BY id`,
      [count],
    );
    return rows.map(line);
  } finally {
    await client.end();
  }
}

interface AuditRow {
  readonly at: string;
  readonly tool: string | null;
  readonly outcome: string;
  readonly status: number | null;
  readonly subject: string | null;
  readonly execution: string;
}

function line({ at, tool, outcome, status, subject, execution }: AuditRow): string {
  const columns = [at, execution, (tool ?? "-").padEnd(20), outcome.padEnd(9), String(status ?? "-"), subject ?? "-"];
  return columns.join("  ");
}
