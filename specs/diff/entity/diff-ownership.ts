import { canonicalJson } from "../../bundle/canonical-json.ts";
import type { Ownership } from "../../language/entity.ts";
import { removedAndAdded } from "../by-name.ts";
import { type Difference, values } from "../change.ts";

/** Whose rows callers reach: fewer roles under ownership see more, more roles see less. */
export function diffOwnership(
  before: Ownership | undefined,
  after: Ownership | undefined,
  path: string,
): readonly Difference[] {
  const { removed, added } = removedAndAdded(before?.roles ?? [], after?.roles ?? []);
  const at = before === undefined || after === undefined ? path : `${path}/roles`;
  const lost: Difference = {
    rule: "ownership-added",
    path: at,
    message: `${added.join(", ")} reach their own rows only`,
    ...values(before?.roles, after?.roles),
  };
  const gained: Difference = {
    rule: "ownership-removed",
    path: at,
    message: `${removed.join(", ")} reach every row`,
    ...values(before?.roles, after?.roles),
  };
  return [
    ...diffOwner(before, after, path),
    ...(added.length === 0 ? [] : [lost]),
    ...(removed.length === 0 ? [] : [gained]),
  ];
}

function diffOwner(before: Ownership | undefined, after: Ownership | undefined, path: string): readonly Difference[] {
  if (before === undefined || after === undefined) return [];
  const [old, next] = [before, after].map(({ via, claim }) => canonicalJson({ via, claim }));
  if (old === next) return [];
  const message = "rows belong to callers by something else";
  return [{ rule: "ownership-changed", path, message, ...values(before, after) }];
}
