import { type Bundle, slicesOf } from "@lintel/specs";
import type { Logger } from "pino";
import { refusalCounter } from "../audit/refusal-counter.ts";
import { scheduleTokens } from "../auth/schedule-token.ts";
import { workspaceTokens } from "../auth/verify-token.ts";
import { openPool } from "../connection/open-pool.ts";
import { constraintNames } from "../errors/constraint-names.ts";
import { trafficOf } from "../external/traffic.ts";
import type { Service } from "../service.ts";
import { type Settings, SettingsError, secretVariable } from "../settings.ts";
import { schemaCompiler } from "./compile-schema.ts";
import { compileTool } from "./compile-tool.ts";
import { checkServed } from "./unserved.ts";

/** Connections of one instance; Cloud Run's instances share what the database server has. */
const poolSize = 16;

/** Compiles a bundle that was loaded and judged. @throws SettingsError when it cannot be served as configured */
export function openService(bundle: Bundle, settings: Settings, log: Logger, clock: () => number): Service {
  checkServed(bundle);
  const secret = (name: string): string => {
    const value = settings.secret(name);
    if (value !== undefined && value !== "") return value;
    throw new SettingsError(`secret ${name} is missing; set ${secretVariable(name)}`);
  };
  for (const name of bundle.workspace.secrets) secret(name);
  const { workspace } = bundle;
  const schema = schemaCompiler();
  const traffic = trafficOf(workspace.providers);
  const tools = slicesOf(bundle).map((slice) => {
    const plan = bundle.plans[slice.tool.name];
    if (plan === undefined) throw new Error(`tool ${slice.tool.name} has no plan`);
    return [slice.tool.name, compileTool(slice, plan, bundle.entities, { secret, schema, traffic })] as const;
  });
  const pool = openPool(settings.database, {
    size: poolSize,
    statementTimeout: workspace.limits.executionTime,
    onError: (error) => log.warn({ error }, "a database connection broke"),
  });
  return {
    bundle,
    tools: new Map(tools),
    workspace: { name: workspace.name, environment: workspace.environment, values: workspace.values },
    constraints: constraintNames(bundle),
    pool,
    log,
    clock,
    verifyCaller: workspaceTokens(workspace),
    verifySchedule: scheduleTokens(settings.schedule),
    refusals: refusalCounter(pool, log),
    project: settings.project,
  };
}
