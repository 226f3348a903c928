// A program: migrates like the job, and kills itself with SIGKILL right after it has sent a statement with a given text.
import { readFile } from "node:fs/promises";
import type { Bundle } from "@lintel/specs";
import pg from "pg";
import { migrate } from "../../../executor/database/index.ts";
import type { MigrateOptions } from "../../../executor/database/migration/migrate.ts";

const [, , url = "", file = "", text = ""] = process.argv;
const { bundle, options } = JSON.parse(await readFile(file, "utf8")) as {
  readonly bundle: Bundle;
  readonly options: Pick<MigrateOptions, "deployment" | "executorUser" | "adminUser">;
};
const client = new pg.Client({ connectionString: url });
await client.connect();
const mortal: MigrateOptions["client"] = {
  query: (statement, values) => {
    const answer = client.query(statement, values);
    if (text !== "" && statement.includes(text)) setTimeout(() => process.kill(process.pid, "SIGKILL"), 5);
    return answer;
  },
};
await migrate({ client: mortal, bundle, ...options });
await client.end();
