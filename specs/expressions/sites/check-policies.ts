import type { Slice } from "../../bundle/bundle.ts";
import type { Policy } from "../../language/policy.ts";
import { checkExpression } from "../check/check-expression.ts";
import type { Scope } from "../scopes/scope.ts";
import { toolScope } from "../scopes/tool-scope.ts";
import { simple } from "../types/value-type.ts";
import { policyRuleScope } from "./policy-facts.ts";
import type { SiteProblem } from "./site-problem.ts";

const boolean = simple("boolean");

/** What a policy's deny rules read for one tool: its scope without nodes, where any other input may be asked for as json. */
export function denyScope({ tool, workspace }: Slice): Scope {
  const scope = toolScope(tool, workspace);
  const { input } = scope.names;
  return input?.kind === "object" ? { ...scope, names: { ...scope.names, input: { ...input, isOpen: true } } } : scope;
}

/** Type-checks the rules of a policy, which read the same facts of every tool. Paths stand below `policy/NAME`. */
export function checkPolicy(policy: Policy): readonly SiteProblem[] {
  return policy.rules.flatMap(({ name, expr }) => problemsAt(`rules/${name}/expr`, expr, policyRuleScope));
}

/** Type-checks the deny rules of a policy for one tool that it covers. Paths stand below `policy/NAME`. */
export function checkDenyRules(policy: Policy, slice: Slice): readonly SiteProblem[] {
  const scope = denyScope(slice);
  return policy.deny.flatMap(({ name, expr }) => problemsAt(`deny/${name}/expr`, expr, scope));
}

function problemsAt(path: string, source: string, scope: Scope): readonly SiteProblem[] {
  return checkExpression(source, scope, boolean).problems.map((problem) => ({ ...problem, path }));
}
