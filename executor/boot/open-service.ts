import { type Bundle, slicesOf } from "@lintel/specs";
import type { Logger } from "pino";
import { callRate } from "../admission/call-rate.ts";
import { refusalCounter } from "../audit/refusal-counter.ts";
import { scheduleTokens } from "../auth/schedule-token.ts";
import { workspaceTokens } from "../auth/verify-token.ts";
import { openPool } from "../connection/open-pool.ts";
import { constraintNames } from "../errors/constraint-names.ts";
import { trafficOf } from "../external/traffic.ts";
import { openDurability } from "../journal/durability.ts";
import type { Preparation } from "../nodes/runner.ts";
import type { Service } from "../service.ts";
import { type Settings, SettingsError, secretVariable } from "../settings.ts";
import { nineSteps } from "../steps/steps.ts";
import type { Observation } from "../telemetry/observation.ts";
import { schemaCompiler } from "./compile-schema.ts";
import { compileTool } from "./compile-tool.ts";
import { isDurable } from "./is-durable.ts";
import type { CompiledTools } from "./prepared-bundle.ts";
import { checkServed } from "./unserved.ts";

/** Connections of one instance; Cloud Run's instances share what the database server has. */
const poolSize = 16;

interface ServiceOptions {
  readonly settings: Settings;
  readonly log: Logger;
  readonly clock: () => number;
  /** Absent where telemetry is off. */
  readonly observation: Observation | undefined;
  /** Tools of this bundle that were compiled ahead. */
  readonly compiled?: CompiledTools;
  /** The running service, whose connections are used, where an older bundle is opened to finish its work. */
  readonly running?: Service;
}

/** Compiles a bundle that was loaded and judged. @throws SettingsError when it cannot be served as configured */
export function openService(bundle: Bundle, options: ServiceOptions): Service {
  const { settings, log, clock, observation, running } = options;
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
  const observe: Preparation["observe"] = (tool, node, run) => observation?.externalNode(tool, node, run) ?? run;
  const tools = slicesOf(bundle).map((slice) => {
    const { name } = slice.tool;
    const plan = bundle.plans[name];
    if (plan === undefined) throw new Error(`tool ${name} has no plan`);
    const known = options.compiled?.get(name);
    return [name, known ?? compileTool(slice, plan, bundle.entities, { secret, schema, traffic, observe })] as const;
  });
  const { pool, durability, refusals } = running ?? openShared(bundle, options);
  return {
    bundle,
    tools: new Map(tools),
    workspace: { name: workspace.name, environment: workspace.environment, values: workspace.values },
    constraints: constraintNames(bundle),
    steps: observation?.steps(nineSteps) ?? nineSteps,
    pool,
    durability,
    log,
    clock,
    verifyCaller: workspaceTokens(workspace),
    verifySchedule: scheduleTokens(settings.schedule),
    refusals,
    callRate: workspace.limits.rateLimit === undefined ? undefined : callRate(workspace.limits.rateLimit),
    auditKey: settings.auditKey,
    project: settings.project,
  };
}

/** What all bundles that this process serves or finishes share. */
function openShared(
  { workspace, tools }: Bundle,
  { settings, log, observation }: ServiceOptions,
): Pick<Service, "pool" | "durability" | "refusals"> {
  const opened = openPool(settings.database, {
    size: poolSize,
    statementTimeout: workspace.limits.executionTime,
    onError: (error) => log.warn({ error }, "a database connection broke"),
  });
  const pool = observation?.pool(opened) ?? opened;
  const isUnsealed = settings.durability.keys.isEmpty && settings.database.type === "server";
  if (isUnsealed && tools.some(({ flow }) => isDurable(flow))) {
    log.warn("LINTEL_TRACE_KEY is not set: the keys of traces stand in the database as they are");
  }
  return { pool, durability: openDurability(settings.durability, pool, log), refusals: refusalCounter(opened, log) };
}
