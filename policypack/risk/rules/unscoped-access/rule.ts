import { inAnyOrder, placedAction } from "../../flow/evidence.ts";
import { type FlowPart, type RiskContext } from "../../risk-context.ts";
import type { Observation, Rule } from "../../rule.ts";
import { checksOn } from "./checks-on.ts";
import { isHeldToCaller } from "./held-to-caller.ts";
import { type Reached, reachedRows } from "./reached-rows.ts";
import { unscopedRoles } from "./unscoped-roles.ts";

export const unscopedAccess: Rule = {
  id: "unscoped-access",
  level: "yellow",
  title: "Rows that have an owner are reached past ownership",
  rationale: "Whoever has the role reads or changes everybody's rows by counting up ids: the commonest leak of all.",
  fix: {
    kind: "scope-access",
    title: "name the role in the entity's ownership, or in its crud where it may see all rows",
  },
  check: (context) =>
    context.parts.flatMap((part) => reachedRows(part, context).flatMap((rows) => observe(part, rows, context))),
};

function observe(part: FlowPart, { entity, include, where }: Reached, context: RiskContext): readonly Observation[] {
  const { ownership } = entity;
  if (ownership === undefined || isHeldToCaller(where, ownership)) return [];
  const roles = unscopedRoles(entity, context.tool);
  if (roles.length === 0) return [];
  const checks = checksOn(part, context).map((check) => placedAction(check, context));
  const who = roles === "anybody" ? "anybody" : roles.map((role) => `"${role}"`).join(", ");
  return [
    {
      node: part.node.id,
      ...(include === undefined ? {} : { key: "include" }),
      message:
        `"${part.node.id}" lets ${who} reach ${entity.name} rows of every owner; ` +
        (roles === "anybody" ? "authorize roles" : "name the role in the entity's ownership, or in its crud"),
      confidence: "certain",
      evidence: {
        ...placedAction(part, context),
        ...(include === undefined ? {} : { include }),
        roles,
        ownership: { ...ownership },
        ...(checks.length === 0 ? {} : { checks: inAnyOrder(checks) }),
      },
    },
  ];
}
