import {
  allNodes,
  compileExpression,
  compileTemplate,
  type Entity,
  type Evaluate,
  entityScope,
  type FlowNode,
  type FlowPlan,
  flowScopes,
  isExternal,
  orderedNodes,
  type Slice,
  segmentsOf,
  type Tool,
  toolScope,
} from "@lintel/specs";
import { compileStatements, type ToolStatements } from "../database/index.ts";
import type { Ceilings } from "../flow/budget.ts";
import type { CompiledList, CompiledNode, RunNode } from "../flow/compiled-node.ts";
import { runners } from "../nodes/index.ts";
import type { Preparation, Runner } from "../nodes/runner.ts";
import type { Validate } from "./compile-schema.ts";
import { isDurable } from "./is-durable.ts";
import { compileProjection, type Project } from "./project-output.ts";
import { unserved } from "./unserved.ts";

/** A tool with everything that a call needs, compiled once. */
export interface CompiledTool {
  readonly tool: Tool;
  readonly validateInput: Validate;
  readonly validateOutput: Validate;
  readonly project: Project;
  readonly denyRules: readonly { readonly name: string; readonly message: string; readonly isDenied: Evaluate }[];
  readonly ceilings: Ceilings;
  readonly statements: ToolStatements;
  readonly flow: CompiledList;
  readonly respond: Evaluate;
  /** Invariants that closures check, by entity. */
  readonly invariants: Readonly<Record<string, readonly CompiledInvariant[]>>;
  /** By `Entity/name`. */
  readonly invariantMessages: Readonly<Record<string, string>>;
  /** The flow must not be lost once it has begun. */
  readonly isDurable: boolean;
  /** Entities whose rows a trace must be able to forget. */
  readonly personalEntities: ReadonlySet<string>;
  /** The claim that says which tenant the caller is of. */
  readonly tenantClaim: string | undefined;
}

interface CompiledInvariant {
  readonly name: string;
  readonly message: string;
  readonly holds: Evaluate;
}

/** Compiles a tool of a workspace with these entities. @throws SettingsError, ExpressionError, StatementError for a tool that cannot be served. */
export function compileTool(
  slice: Slice,
  plan: FlowPlan,
  entities: readonly Entity[],
  { secret, schema, traffic, observe }: Pick<Preparation, "secret" | "schema" | "traffic" | "observe">,
): CompiledTool {
  const { tool } = slice;
  const scopes = flowScopes(slice, plan);
  const preparation: Preparation = {
    slice,
    plan,
    secret,
    schema,
    traffic,
    observe,
    expression: (source, node, place) => compileExpression(source, scopes.at(node, place)),
    template: (template, node, place) => compileTemplate(template, scopes.at(node, place)),
    list: (nodes) => compileList(nodes, preparation),
  };
  const statements = compileStatements(slice, plan, entities);
  return {
    tool,
    validateInput: schema(tool.input),
    validateOutput: schema(tool.output),
    project: compileProjection(tool.output, sensitiveNames(slice.entities)),
    denyRules: compileDenyRules(slice),
    ceilings: ceilingsOf(slice),
    statements,
    flow: compileList(tool.flow, preparation),
    respond: preparation.template(tool.respond, "respond"),
    invariants: compileInvariants(entities, statements),
    invariantMessages: Object.fromEntries(
      entities.flatMap((entity) => entity.invariants.map(({ name, message }) => [`${entity.name}/${name}`, message])),
    ),
    isDurable: isDurable(tool.flow),
    personalEntities: new Set(
      entities.flatMap(({ name, fields }) => (fields.some(({ personal }) => personal) ? [name] : [])),
    ),
    tenantClaim: slice.entities.find(({ tenant }) => tenant !== undefined)?.tenant?.claim,
  };
}

function sensitiveNames(entities: Slice["entities"]): ReadonlySet<string> {
  return new Set(entities.flatMap(({ fields }) => fields.flatMap((field) => (field.sensitive ? [field.name] : []))));
}

function compileList(nodes: readonly FlowNode[], preparation: Preparation): CompiledList {
  const ordered = orderedNodes(nodes, preparation.plan);
  const compiled = new Map(ordered.map((node) => [node.id, compileNode(node, preparation)] as const));
  const segments = segmentsOf(
    nodes,
    ordered.map(({ id }) => id),
  );
  return {
    nodes: [...compiled.values()],
    segments: segments.map(({ type, nodes: ids }) => ({ type, nodes: ids.flatMap((id) => compiled.get(id) ?? []) })),
  };
}

function compileNode(node: FlowNode, preparation: Preparation): CompiledNode {
  const facts = preparation.plan.nodes[node.id];
  return {
    id: node.id,
    when: node.when === undefined ? undefined : preparation.expression(node.when, node.id),
    onError: node.onError,
    recovers: facts?.recovers ?? [],
    dependsOn: facts?.dependsOn ?? [],
    // A read whose failure is survived goes back to a savepoint, so nothing else may be under way.
    overlaps: (facts?.effect === "read" && node.onError === "fail") || isExternal(node),
    isExternal: isExternal(node),
    inside: allNodes([node]).flatMap(({ id }) => (id === node.id ? [] : [id])),
    run: prepareRun(node, preparation),
  };
}

function prepareRun(node: FlowNode, preparation: Preparation): RunNode {
  // The registry pairs each type with the runner of just that type; TypeScript cannot follow the correlation.
  const runner = runners[node.type] as Runner<FlowNode["type"]>;
  if (!runner.isServed) throw unserved(preparation.slice.tool.name, node);
  const run = runner.prepare(node, preparation);
  return isExternal(node) ? preparation.observe(preparation.slice.tool.name, node, run) : run;
}

function compileDenyRules({ tool, policies, workspace }: Slice): CompiledTool["denyRules"] {
  const scope = toolScope(tool, workspace);
  return policies.flatMap(({ deny }) =>
    deny.map(({ name, message, expr }) => ({ name, message, isDenied: compileExpression(expr, scope) })),
  );
}

function ceilingsOf({ policies, workspace: { limits } }: Slice): Ceilings {
  const budgets = policies.map(({ budget }) => budget);
  const lowest = (values: readonly (number | undefined)[], limit: number): number =>
    Math.min(limit, ...values.flatMap((value) => value ?? []));
  return {
    rows: lowest(
      budgets.map(({ rows }) => rows),
      Number.POSITIVE_INFINITY,
    ),
    externalCalls: lowest(
      budgets.map(({ externalCalls }) => externalCalls),
      limits.externalCalls,
    ),
    time: lowest(
      budgets.map(({ time }) => time),
      limits.executionTime,
    ),
  };
}

function compileInvariants(entities: readonly Entity[], { invariants }: ToolStatements): CompiledTool["invariants"] {
  const entries = entities
    .filter(({ name }) => Object.hasOwn(invariants, name))
    .map((entity) => {
      const scope = entityScope(entity, entities);
      const own = entity.invariants.filter(({ name }) => invariants[entity.name]?.local.includes(name) === true);
      return [
        entity.name,
        own.map(({ name, message, expr }) => ({ name, message, holds: compileExpression(expr, scope) })),
      ] as const;
    });
  return Object.fromEntries(entries);
}
