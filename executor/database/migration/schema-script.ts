import type { Bundle } from "@lintel/specs";
import { executorRights } from "../schema/executor-rights.ts";
import { type Identities, planGrants } from "../schema/plan-grants.ts";
import { planReader, readerTables } from "../schema/reader-role.ts";
import type { DdlStatement } from "../schema/schema-model.ts";
import { systemStatements } from "../schema/system-tables.ts";
import { planFrom } from "./plan-migration.ts";

/**
 * The statements that make an empty database the one that a first migration makes, but for the record of the bundle: schemas, tables,
 * rights. Pure; each ends without a semicolon. Roles are there already.
 * @throws StatementError naming the entity and what of it the database cannot hold
 */
export function schemaStatements(bundle: Bundle, identities: Identities): readonly DdlStatement[] {
  const state = {
    next: bundle,
    other: undefined,
    isReturn: false,
    standing: undefined,
    acknowledgements: [],
    today: "",
  };
  const readable = readerTables(bundle);
  return [
    ...systemStatements,
    ...planFrom(state).statements,
    ...planGrants(executorRights(bundle), identities),
    ...(readable === undefined ? [] : planReader(readable, identities.executorUser)),
  ];
}
