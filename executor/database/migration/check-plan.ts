import type { Digest } from "@lintel/specs";
import type { SchemaProblem } from "../schema/schema-model.ts";
import { findDrift } from "./catalogue/find-drift.ts";
import { readCatalogue } from "./catalogue/read-catalogue.ts";
import { findBrokenRows } from "./find-broken-rows.ts";
import { MigrationError } from "./migration-error.ts";
import type { MigrationClient } from "./migration-session.ts";
import { type FullPlan, type PlanState, planMigration } from "./plan-migration.ts";
import { recentOthers, type StoredState } from "./stored-state.ts";

export interface PlanToCheck {
  readonly client: MigrationClient;
  readonly plan: FullPlan;
  readonly state: PlanState;
  readonly found: StoredState;
  readonly planDigest: Digest | undefined;
}

/** Looks for every reason not to begin, and changes nothing. @throws MigrationError refused, with all of one kind */
export async function checkPlan(check: PlanToCheck): Promise<void> {
  refuse("the schema cannot be migrated without losing something", check.plan.refusals);
  refuse("this is not the plan that was reviewed", reviewProblems(check));
  refuse("the database is not as the last migration left it", await driftProblems(check));
  refuse("something is to be dropped that may still be in use", await useProblems(check));
  const { client, plan, state } = check;
  refuse("rows are in the way", await findBrokenRows(client, plan.target, state.standing));
}

function refuse(what: string, problems: readonly SchemaProblem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map(({ code, message, hint }) => `- ${message}; ${hint} [${code}]`);
  throw new MigrationError("refused", `${what}:\n${lines.join("\n")}`, { problems });
}

/** What was reviewed is the plan from the bundle that was deployed then; nothing is deleted that was not in it. */
function reviewProblems({ plan, state, planDigest }: PlanToCheck): readonly SchemaProblem[] {
  if (planDigest === undefined) return [];
  const { acknowledgements, today, isReturn } = state;
  const reviewed = planMigration(state.other, state.next, { acknowledgements, today, isReturn });
  const hint = "preview again, and review that plan";
  const entity = "";
  if (reviewed.digest !== planDigest) {
    const message = `the plan from what is deployed now has the digest ${reviewed.digest}, not ${planDigest}`;
    return [{ code: "plan-changed", entity, message, hint }];
  }
  const known = new Set(reviewed.steps.map(({ sql }) => sql));
  return plan.statements
    .filter(({ isDestructive, sql }) => isDestructive === true && !known.has(sql))
    .map(({ sql }) => ({ code: "plan-changed", entity, message: `nobody has reviewed: ${sql}`, hint }));
}

/** After a migration that did not end, what stands is in between; its statements may all be repeated. */
async function driftProblems({ client, found }: PlanToCheck): Promise<readonly SchemaProblem[]> {
  if (found.catalogue === undefined) return [];
  const hint = "put it back as it was, or deploy the specs that describe it";
  const drift = findDrift(found.catalogue, await readCatalogue(client));
  return drift.map((message) => ({ code: "drift", entity: "", message, hint }));
}

/** A deployment that failed leaves older instances running, whatever is listed. */
async function useProblems({ client, plan, state }: PlanToCheck): Promise<readonly SchemaProblem[]> {
  if (!plan.statements.some(({ isDestructive }) => isDestructive === true)) return [];
  const listed = [state.next, ...(state.other === undefined ? [] : [state.other])].map(({ digest }) => digest);
  const others = await recentOthers(client, listed);
  return others.map((digest) => ({
    code: "still-called",
    entity: "",
    message: `the older release ${digest} has answered calls in the last five minutes`,
    hint: "see that the release before serves, wait five minutes and run the migration again",
  }));
}
