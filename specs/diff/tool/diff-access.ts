import type { Tool } from "../../language/tool.ts";
import { removedAndAdded } from "../by-name.ts";
import { type Difference, values } from "../change.ts";
import type { DiffRuleId } from "../rules/index.ts";

/** Who may call, and how calls may be repeated. */
export function diffAccess(before: Tool, after: Tool, path: string): readonly Difference[] {
  return [...diffAuthorization(before, after, `${path}/authorize`), ...diffIdempotency(before, after, path)];
}

function diffAuthorization(before: Tool, after: Tool, path: string): readonly Difference[] {
  const [old, next] = [before.authorize, after.authorize];
  if (old.type === "public" && next.type === "roles") {
    return [{ rule: "public-access-removed", path, message: `needs one of ${next.roles.join(", ")}` }];
  }
  if (old.type === "roles" && next.type === "public") {
    return [{ rule: "tool-became-public", path, message: "asks for no token now" }];
  }
  // Other kinds follow from the trigger, which is compared by itself.
  if (old.type !== "roles" || next.type !== "roles") return [];
  const { removed, added } = removedAndAdded(old.roles, next.roles);
  const at = `${path}/roles`;
  return [
    ...removed.map((role): Difference => {
      return { rule: "role-lost-access", path: at, message: `role ${role} may not call it any more`, before: role };
    }),
    ...added.map((role): Difference => {
      return { rule: "role-gained-access", path: at, message: `role ${role} may call it now`, after: role };
    }),
  ];
}

const idempotencyRules: Readonly<Record<Tool["idempotency"], DiffRuleId>> = {
  required: "idempotency-became-required",
  optional: "idempotency-became-optional",
  none: "idempotency-removed",
};

function diffIdempotency(before: Tool, after: Tool, path: string): readonly Difference[] {
  const [old, next] = [before.idempotency, after.idempotency];
  if (old === next || before.trigger.type !== "http" || after.trigger.type !== "http") return [];
  const message = `an Idempotency-Key was ${said[old]}, is ${said[next]} now`;
  return [{ rule: idempotencyRules[next], path: `${path}/idempotency`, message, ...values(old, next) }];
}

const said: Readonly<Record<Tool["idempotency"], string>> = {
  required: "required",
  optional: "optional",
  none: "not looked at",
};
