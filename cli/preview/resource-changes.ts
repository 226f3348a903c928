import type { ObservedResource } from "./engine-run.ts";
import type { ResourceChange, ResourceChanges } from "./preview-report.ts";
import { resourceName } from "./resource-name.ts";

type Operation = ResourceChange["operation"] | "same";

const order: readonly Operation[] = ["replace", "delete", "update", "create"];

/** What happens to infrastructure. Tools, entities and other components are no infrastructure: their changes are spec changes. */
export function resourceChanges(resources: readonly ObservedResource[]): ResourceChanges {
  const byUrn = new Map<string, { readonly operation: Operation; readonly resource: ObservedResource }>();
  for (const resource of resources.filter(({ type }) => !/^(pulumi|lintel):/.test(type))) {
    const operation = operationOf(resource.operation);
    const known = byUrn.get(resource.urn);
    // A replacement is several steps of one URN.
    if (known?.operation === "replace") continue;
    const isReplaced = known !== undefined && known.operation !== operation && known.operation !== "same";
    byUrn.set(resource.urn, { operation: isReplaced ? "replace" : operation, resource });
  }
  const all = [...byUrn.values()];
  const count = (wanted: Operation): number => all.filter(({ operation }) => operation === wanted).length;
  const changes = all.flatMap(({ operation, resource: { type, urn, paths } }): readonly ResourceChange[] =>
    operation === "same" ? [] : [{ operation, type, name: resourceName(urn), paths: [...paths].sort() }],
  );
  return {
    created: count("create"),
    updated: count("update"),
    replaced: count("replace"),
    deleted: count("delete"),
    same: count("same"),
    changes: changes.sort((a, b) => order.indexOf(a.operation) - order.indexOf(b.operation) || compare(a, b)),
  };
}

/** The engine's names: `create-replacement`, `delete-replaced`, `discard-replaced`, `import`, `refresh` among them. */
function operationOf(name: string): Operation {
  if (name.includes("replace")) return "replace";
  if (name === "delete" || name === "discard") return "delete";
  if (name === "create" || name === "import") return "create";
  return name === "update" ? "update" : "same";
}

function compare(a: ResourceChange, b: ResourceChange): number {
  const [left, right] = [`${a.type} ${a.name}`, `${b.type} ${b.name}`];
  return left < right ? -1 : Number(left > right);
}
