import type { Slice } from "../../bundle/bundle.ts";
import { allNodes, planFlow } from "../../bundle/flow-plan.ts";
import type { FlowNode, SwitchCase } from "../../language/flow.ts";
import type { ExpressionSite } from "../../nodes/definition.ts";
import { sitesOf } from "../../nodes/index.ts";
import { mismatch } from "../check/assign.ts";
import { checkExpression } from "../check/check-expression.ts";
import { checkTemplate } from "../check/check-template.ts";
import type { ExpressionProblem } from "../expression-error.ts";
import { type FlowScopes, flowScopes, type ScopePlace } from "../scopes/flow-scope.ts";
import { sqlProblem } from "../sql/compile-to-sql.ts";
import { typeOfOutput } from "../types/schema-type.ts";
import { describeType, enumOf, simple, type ValueType } from "../types/value-type.ts";
import { expectationsOf, wrongComparisons } from "./node-expectations.ts";
import { below, type SiteProblem } from "./site-problem.ts";

/**
 * Type-checks every expression of a tool: those of its nodes at any depth, and `respond` against the output schema. Paths stand
 * below `tool/NAME`, such as `node/charge/amount` or `respond/id`. Pure; empty where all is well.
 */
export function checkSlice(slice: Slice): readonly SiteProblem[] {
  const scopes = flowScopes(slice, planFlow(slice.tool.flow));
  const output = typeOfOutput(slice.tool.output);
  const respond = checkTemplate(slice.tool.respond, scopes.at("respond"), {
    type: output,
    name: "the output",
    json: "trust",
  });
  return [
    ...allNodes(slice.tool.flow).flatMap((node) => nodeProblems(node, slice, scopes)),
    ...respond.problems.map((problem) => ({ ...problem, path: below("respond", problem.path) })),
  ];
}

function nodeProblems(node: FlowNode, slice: Slice, scopes: FlowScopes): readonly SiteProblem[] {
  const expected = expectationsOf(node, slice.entities);
  const comparisons = comparisonProblems(node, slice);
  const wrong = new Set(comparisons.map(({ path }) => path));
  const sites = sitesOf(node).flatMap((site) => {
    const path = `node/${node.id}/${site.path}`;
    const scope = scopes.at(node.id, placeOf(site));
    if (site.type === "template") {
      const { problems } = checkTemplate(site.template, scope, expected.get(site.path));
      return problems.map((problem) => ({ ...problem, path: below(path, problem.path) }));
    }
    const { type, problems } = checkExpression(site.source, scope, site.expects === "boolean" ? boolean : undefined);
    const found: readonly ExpressionProblem[] = [
      ...problems,
      ...(type === undefined ? [] : listProblems(site, type)),
      ...(type === undefined || site.scope !== "entity" ? [] : databaseProblems(site, node, slice, scopes)),
    ];
    const cases = type === undefined || !("cases" in node) ? [] : caseProblems(node.cases, type, node.id);
    return [...found.map((problem) => ({ ...problem, path })), ...cases];
  });
  return [...comparisons, ...sites.filter(({ path }) => !wrong.has(path))];
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
function databaseProblems(
  { source }: Bare,
  node: FlowNode,
  slice: Slice,
  scopes: FlowScopes,
): readonly ExpressionProblem[] {
  const name = "entity" in node ? node.entity : undefined;
  const entity = slice.entities.find((candidate) => candidate.name === name);
  if (entity === undefined) return [];
  const scope = scopes.at(node.id, "entity");
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
