import { resolve } from "node:path";
import { type Bundle, compileFolder, planFlow, sliceOf } from "@lintel/specs";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileStatements, migrate, type Statement, type ToolStatements } from "../../../executor/database/index.ts";
import { roles, startPostgres, type TestServer } from "./start-postgres.ts";

const { specs, diagnostics } = await compileFolder(resolve("examples/reservations"));
if (specs === undefined) throw new Error(JSON.stringify(diagnostics));
const bundle: Bundle = specs.bundle;

let server: TestServer;
let executor: pg.Client;
beforeAll(async () => {
  server = await startPostgres();
  const database = await server.createDatabase();
  const deployment = { level: "green", acknowledgements: [] } as const;
  await migrate({ client: await database.connect("migrator"), bundle, deployment, executorUser: roles.executor });
  executor = await database.connect("executor");
});
afterAll(async () => {
  await server.stop();
});

describe("examples/reservations", () => {
  test.each(bundle.tools.map((tool) => [tool.name, tool] as const))(
    "%s: PostgreSQL accepts each statement, with just the executor's rights",
    async (_, tool) => {
      const compiled = compileStatements(sliceOf(bundle, tool), planFlow(tool.flow));
      const toolRoles = tool.authorize.type === "roles" ? tool.authorize.roles : [];
      for (const kind of [[], toolRoles, ...toolRoles.map((role) => [role])]) {
        for (const statement of statementsFor(compiled, kind)) await explain(statement);
      }
    },
  );

  test("a customer is bound by ownership, an agent is not, nor is who is both", () => {
    const tool = bundle.tools.find(({ name }) => name === "get-reservation");
    if (tool === undefined) throw new Error("the example has no get-reservation");
    const compiled = compileStatements(sliceOf(bundle, tool), planFlow(tool.flow));
    const isBound = (callerRoles: readonly string[]): boolean =>
      compiled.forRoles(callerRoles).reads["row"]?.statement.text.includes("subject") === true;
    expect([["customer"], ["agent"], ["customer", "agent"], ["customer", "visitor"]].map(isBound)).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });
});

function statementsFor(compiled: ToolStatements, callerRoles: readonly string[]): readonly Statement[] {
  const { reads, writes } = compiled.forRoles(callerRoles);
  return [
    ...Object.values(reads).flatMap(({ statement, ordered }) => [
      statement,
      ...Object.values(ordered?.statements ?? {}),
    ]),
    ...Object.values(writes).flatMap(({ lock, apply }) => [...(lock === undefined ? [] : [lock]), apply]),
    ...Object.values(compiled.invariants).flatMap(({ statement }) => statement ?? []),
  ];
}

/** Plans the statement as the executor: syntax, types and rights are checked, nothing runs. */
async function explain({ text, parameters }: Statement): Promise<void> {
  const values = parameters.length === 0 ? "" : `(${parameters.map(() => "NULL").join(", ")})`;
  await executor.query(`PREPARE s AS ${text}`);
  await executor.query(`EXPLAIN EXECUTE s${values}`);
  await executor.query("DEALLOCATE s");
}
