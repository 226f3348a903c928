import type { Policy } from "../../language/policy.ts";
import { pairByName } from "../by-name.ts";
import { type Difference, values } from "../change.ts";
import { isSame, shown } from "../schema/site.ts";

export function diffPolicies(before: readonly Policy[], after: readonly Policy[]): readonly Difference[] {
  const { gone, come, kept } = pairByName(before, after);
  return [
    ...gone.map(
      ({ name }): Difference => ({ rule: "policy-removed", path: `policy/${name}`, message: `${name} is gone` }),
    ),
    ...come.map(
      ({ name }): Difference => ({ rule: "policy-added", path: `policy/${name}`, message: `${name} is new` }),
    ),
    ...kept.flatMap(([old, next]) => diffPolicy(old, next, `policy/${next.name}`)),
  ];
}

function diffPolicy(before: Policy, after: Policy, path: string): readonly Difference[] {
  const tools: Difference = {
    rule: "policy-tools-changed",
    path: `${path}/tools`,
    message: `holds for ${named(after)}, not for ${named(before)}`,
    ...values(before.tools, after.tools),
  };
  return [
    ...(isSame(before.tools, after.tools) ? [] : [tools]),
    ...diffDeny(before, after, `${path}/deny`),
    ...diffRules(before, after, `${path}/rules`),
    ...diffBudget(before, after, `${path}/budget`),
  ];
}

function named({ tools }: Policy): string {
  return tools.length === 0 ? "every tool" : tools.join(", ");
}

function diffDeny(before: Policy, after: Policy, path: string): readonly Difference[] {
  const { gone, come, kept } = pairByName(before.deny, after.deny);
  return [
    ...gone.map(({ name }): Difference => ({ rule: "policy-deny-removed", path, message: `deny ${name} is gone` })),
    ...come.map(({ name }): Difference => {
      return { rule: "policy-deny-added", path: `${path}/${name}`, message: `deny ${name} is new` };
    }),
    ...kept
      .filter(([old, next]) => old.expr !== next.expr)
      .map(([old, next]): Difference => {
        const message = `deny ${next.name} says something else`;
        return { rule: "policy-deny-changed", path: `${path}/${next.name}`, message, ...values(old.expr, next.expr) };
      }),
  ];
}

function diffRules(before: Policy, after: Policy, path: string): readonly Difference[] {
  const { gone, come, kept } = pairByName(before.rules, after.rules);
  const said = (name: string, what: string, at: string): Difference => {
    return { rule: "policy-rule-changed", path: at, message: `rule ${name} ${what}` };
  };
  return [
    ...gone.map(({ name }) => said(name, "is gone", path)),
    ...come.map(({ name }) => said(name, "is new", `${path}/${name}`)),
    ...kept
      .filter(([old, next]) => old.expr !== next.expr || old.level !== next.level)
      .map(([, { name }]) => said(name, "says something else", `${path}/${name}`)),
  ];
}

function diffBudget({ budget: before }: Policy, { budget: after }: Policy, path: string): readonly Difference[] {
  return (["rows", "externalCalls", "time"] as const).flatMap((key): readonly Difference[] => {
    const [old, next] = [before[key], after[key]];
    if (old === next) return [];
    const rule = (next ?? Infinity) < (old ?? Infinity) ? "budget-lowered" : "budget-raised";
    const message = `budget ${key} ${shown(old)} is ${shown(next)} now`;
    return [{ rule, path: `${path}/${key}`, message, ...values(old, next) }];
  });
}
