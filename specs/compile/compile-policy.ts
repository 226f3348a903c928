import type { JsonValue } from "../json.ts";
import type { DenyRule, Policy, PolicyRule } from "../language/policy.ts";
import type { Report } from "../load/report.ts";
import { compact } from "./compact.ts";
import { optionalDuration } from "./durations.ts";

interface AuthoredPolicy {
  readonly name: string;
  readonly description?: string;
  readonly tools?: readonly string[];
  readonly rules?: readonly (Omit<PolicyRule, "expr"> & { readonly expr: string | boolean })[];
  readonly deny?: readonly (Omit<DenyRule, "expr"> & { readonly expr: string | boolean })[];
  readonly budget?: { readonly rows?: number; readonly externalCalls?: number; readonly time?: string };
}

/** Normalises a policy. */
export function compilePolicy(value: JsonValue, report: Report): Policy {
  const authored = value as unknown as AuthoredPolicy;
  const { rules = [], deny = [], budget = {} } = authored;
  checkNames("rules", rules, report);
  checkNames("deny", deny, report);
  return compact<Policy>({
    name: authored.name,
    description: authored.description,
    tools: authored.tools ?? [],
    rules: rules.map((rule) => ({ ...rule, expr: String(rule.expr) })),
    deny: deny.map((rule) => ({ ...rule, expr: String(rule.expr) })),
    budget: compact<Policy["budget"]>({ ...budget, time: optionalDuration(budget.time) }),
  });
}

function checkNames(list: "rules" | "deny", items: readonly { readonly name: string }[], report: Report): void {
  const names = items.map(({ name }) => name);
  names.forEach((name, index) => {
    if (names.indexOf(name) < index) report("duplicate-item", [list, index, "name"], { name, list });
    // The finding about a budget is called so.
    if (list === "rules" && name === "within-budget") report("reserved-name", [list, index, "name"], { name });
  });
}
