// A slice from a resource's inputs may be forged: what is not of the compiler's shape would pass rules that expect that shape.
import { isJsonObject, type Slice } from "@lintel/specs";
import { entity } from "./shape/entity-shape.ts";
import { policy } from "./shape/policy-shape.ts";
import { listOf, type Misfit, objectOf, once, oneOf } from "./shape/shape.ts";
import { tool } from "./shape/tool-shape.ts";
import { workspace } from "./shape/workspace-shape.ts";

/** What of a slice the compiler cannot have written, with its place, or undefined: `tool "ship", node "pay", key "limit" must be …`. */
export function shapeProblem(value: unknown): string | undefined {
  return shapeGate()(value);
}

/**
 * As shapeProblem, for the slices of one analysis: what they share (entities, policies, workspaces), as the same object, is looked at
 * once. It trusts no more than shapeProblem does: only what it saw itself, and only by identity.
 */
export function shapeGate(): (value: unknown) => string | undefined {
  const slice = objectOf<Slice>({
    apiVersion: oneOf({ "lintel/v1": true }),
    tool,
    entities: listOf(once(entity)),
    policies: listOf(once(policy)),
    workspace: once(workspace),
  });
  return (value) => {
    const found = slice.misfit(value) ?? twinIn(value as Slice);
    return found === undefined ? undefined : `${placeOf(value, found)} ${found.problem}; compile the specs again`;
  };
}

/** Two of one name: what is found by its name would be one of them, and the other would ride along unseen. */
function twinIn({ entities, policies, workspace: { providers } }: Slice): Misfit | undefined {
  const lists = { entities, policies, "workspace/providers": providers };
  for (const [key, items] of Object.entries(lists)) {
    const names = items.map(({ name }) => name);
    const twin = names.find((name, index) => names.indexOf(name) !== index);
    if (twin !== undefined) return { path: [key], problem: `has two named "${twin}"` };
  }
  return undefined;
}

function placeOf(value: unknown, { node, path }: Misfit): string {
  const named = isJsonObject(value) && isJsonObject(value["tool"]) ? value["tool"]["name"] : undefined;
  return [
    `tool "${typeof named === "string" ? named : "?"}"`,
    ...(node === undefined ? [] : [`node "${node}"`]),
    ...(path.length === 0 ? [] : [`key "${path.join("/")}"`]),
  ].join(", ");
}
