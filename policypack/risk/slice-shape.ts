// A slice from a resource's inputs may be forged: what is not of the compiler's shape would pass rules that expect that shape.
import { isJsonObject, type Slice } from "@lintel/specs";
import { entity } from "./shape/entity-shape.ts";
import { policy } from "./shape/policy-shape.ts";
import { listOf, type Misfit, objectOf, oneOf } from "./shape/shape.ts";
import { tool } from "./shape/tool-shape.ts";
import { workspace } from "./shape/workspace-shape.ts";

const slice = objectOf<Slice>({
  apiVersion: oneOf({ "lintel/v1": true }),
  tool,
  entities: listOf(entity),
  policies: listOf(policy),
  workspace,
});

/** What of a slice the compiler cannot have written, with its place, or undefined: `tool "ship", node "pay", key "limit" must be …`. */
export function shapeProblem(value: unknown): string | undefined {
  const misfit = slice.misfit(value);
  return misfit === undefined ? undefined : `${placeOf(value, misfit)} ${misfit.problem}`;
}

function placeOf(value: unknown, { node, path }: Misfit): string {
  const named = isJsonObject(value) && isJsonObject(value["tool"]) ? value["tool"]["name"] : undefined;
  return [
    `tool "${typeof named === "string" ? named : "?"}"`,
    ...(node === undefined ? [] : [`node "${node}"`]),
    ...(path.length === 0 ? [] : [`key "${path.join("/")}"`]),
  ].join(", ");
}
