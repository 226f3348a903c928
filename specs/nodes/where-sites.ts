import type { ValueTemplate, Where } from "../language/flow.ts";
import { type ExpressionSite, template } from "./definition.ts";

/** The expression sites of a `where`: one bare expression over the entity, or a template per comparison. */
export function whereSites(where: Where | undefined): readonly ExpressionSite[] {
  if (where === undefined) return [];
  if (typeof where === "string") {
    return [{ type: "expression", path: "where", source: where, expects: "boolean", scope: "entity" }];
  }
  return Object.entries(where).flatMap(([field, condition]) =>
    Object.entries(condition as Readonly<Record<string, ValueTemplate>>).flatMap(([operator, value]) =>
      operator === "optional" ? [] : template(`where/${field}/${operator}`, value),
    ),
  );
}
