import type { Slice } from "../../bundle/bundle.ts";
import { allNodes, planFlow } from "../../bundle/flow-plan.ts";
import type { FlowNode, SwitchCase } from "../../language/flow.ts";
import type { ExpressionSite } from "../../nodes/definition.ts";
import { sitesOf } from "../../nodes/index.ts";
import { mismatch } from "../check/assign.ts";
import { type CheckedExpression, checkExpression } from "../check/check-expression.ts";
import { checkTemplate, type Expectation } from "../check/check-template.ts";
import type { ExpressionProblem } from "../expression-error.ts";
import { nodesReadByName } from "../references.ts";
import { type FlowScopes, flowScopes, type ScopePlace } from "../scopes/flow-scope.ts";
import type { Scope } from "../scopes/scope.ts";
import { sqlProblem } from "../sql/compile-to-sql.ts";
import { typeOfOutput } from "../types/schema-type.ts";
import { describeType, enumOf, simple, type ValueType } from "../types/value-type.ts";
import { expectationsOf, wrongComparisons } from "./node-expectations.ts";
import { below, type SiteProblem } from "./site-problem.ts";

/**
 * Type-checks every expression of a tool: those of its nodes at any depth, and `respond` against the output schema. Paths stand
 * below `tool/NAME`, such as `node/charge/amount` or `respond/id`. Pure; empty where all is well. A `plan` is the flow's own.
 */
export function checkSlice(slice: Slice, plan = planFlow(slice.tool.flow)): readonly SiteProblem[] {
  const nodes = allNodes(slice.tool.flow);
  const flow: Flow = {
    slice,
    scopes: flowScopes(slice, plan),
    explained: 0,
    most: Math.ceil(maximumScopes / (nodes.length + 1)),
  };
  const { respond: template, output } = slice.tool;
  const expected: Expectation = { type: typeOfOutput(output), name: "the output", json: "trust" };
  const site: ExpressionSite = { type: "template", path: "", template };
  const respond = inScope(flow, "respond", site, (scope) => checkTemplate(template, scope, expected));
  return [
    ...nodes.flatMap((node) => nodeProblems(node, flow)),
    ...respond.problems.map((problem) => ({ ...problem, path: below("respond", problem.path) })),
  ];
}

interface Flow {
  readonly slice: Slice;
  readonly scopes: FlowScopes;
  /** Problems that were explained by all names of the flow, so far and at most. */
  explained: number;
  readonly most: number;
}

/** Nodes in all the scopes that a tool's problems are explained by: with thousands of both, hints get fewer, not the check slow. */
const maximumScopes = 100_000;

/** Checks a site with the nodes that it reads; what is wrong is checked again with all of them, for "did you mean". */
function inScope<T extends { readonly problems: readonly unknown[] }>(
  flow: Flow,
  nodeId: string,
  site: ExpressionSite,
  check: (scope: Scope) => T,
): T {
  const reads = nodesReadByName(site);
  const quick = reads === undefined ? undefined : check(flow.scopes.at(nodeId, placeOf(site), reads));
  if (quick !== undefined && (quick.problems.length === 0 || flow.explained >= flow.most)) return quick;
  flow.explained += 1;
  return check(flow.scopes.at(nodeId, placeOf(site)));
}

function nodeProblems(node: FlowNode, flow: Flow): readonly SiteProblem[] {
  const { slice } = flow;
  const expected = expectationsOf(node, slice.entities);
  const comparisons = comparisonProblems(node, slice);
  const wrong = new Set(comparisons.map(({ path }) => path));
  const sites = sitesOf(node).flatMap((site) => {
    const path = `node/${node.id}/${site.path}`;
    if (site.type === "template") {
      const expects = expected.get(site.path);
      const { problems } = inScope(flow, node.id, site, (scope) => checkTemplate(site.template, scope, expects));
      return problems.map((problem) => ({ ...problem, path: below(path, problem.path) }));
    }
    const { type, problems } = inScope(flow, node.id, site, (scope) => checkBare(site, node, scope, slice));
    const cases = type === undefined || !("cases" in node) ? [] : caseProblems(node.cases, type, node.id);
    return [...problems.map((problem) => ({ ...problem, path })), ...cases];
  });
  return [...comparisons, ...sites.filter(({ path }) => !wrong.has(path))];
}

function checkBare(site: Bare, node: FlowNode, scope: Scope, slice: Slice): CheckedExpression {
  const { type, problems } = checkExpression(site.source, scope, site.expects === "boolean" ? boolean : undefined);
  if (type === undefined) return { problems };
  const inDatabase = site.scope === "entity" ? databaseProblems(site, node, slice, scope) : [];
  return { type, problems: [...problems, ...listProblems(site, type), ...inDatabase] };
}

function comparisonProblems(node: FlowNode, { entities }: Slice): readonly SiteProblem[] {
  const entity = "entity" in node ? entities.find(({ name }) => name === node.entity) : undefined;
  if (entity === undefined || !("where" in node)) return [];
  return wrongComparisons(node.where, entity).map(({ path, message }) => ({
    code: "expression-type",
    message,
    offset: 0,
    path: `node/${node.id}/${path}`,
  }));
}

const boolean = simple("boolean");

function placeOf(site: ExpressionSite): ScopePlace {
  if (site.path.startsWith("compensate/")) return "compensate";
  return site.type === "expression" ? (site.scope ?? "node") : "node";
}

type Bare = Extract<ExpressionSite, { type: "expression" }>;

function listProblems({ expects }: Bare, type: ValueType): readonly ExpressionProblem[] {
  const isList = (type.kind === "list" && !type.nullable) || type.kind === "json";
  if (expects !== "list" || isList) return [];
  const message = `this must be a list, and it is ${describeType(type)}`;
  return [{ code: "expression-type", message, offset: 0 }];
}

/** A `where` expression that type-checks must run in the database, too. */
function databaseProblems({ source }: Bare, node: FlowNode, slice: Slice, scope: Scope): readonly ExpressionProblem[] {
  const name = "entity" in node ? node.entity : undefined;
  const entity = slice.entities.find((candidate) => candidate.name === name);
  if (entity === undefined) return [];
  return [sqlProblem(source, { entity, entities: slice.entities, alias: "row", scope })].filter(
    (one) => one !== undefined,
  );
}

/** Each literal case must be a value that the expression can have. */
function caseProblems(cases: readonly SwitchCase[], type: ValueType, nodeId: string): readonly SiteProblem[] {
  return cases.flatMap(({ equals }, index) => {
    const problem = mismatch(literalType(equals), type, "the value of this switch", "trust");
    return problem === undefined || type.kind === "json"
      ? []
      : [{ ...problem, offset: 0, path: `node/${nodeId}/cases/${String(index)}/equals` }];
  });
}

function literalType(value: SwitchCase["equals"]): ValueType {
  if (value === null) return { kind: "null", nullable: true };
  if (typeof value === "string") return enumOf([value]);
  if (typeof value === "boolean") return boolean;
  return typeof value === "number" ? simple(Number.isSafeInteger(value) ? "integer" : "number") : simple("json");
}
