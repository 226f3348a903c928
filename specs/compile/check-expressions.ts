import { allNodes } from "../bundle/flow-plan.ts";
import { type NormalisedSpecs, type PlanOf, reachableEntities, slicerOf } from "../bundle/slice.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { checkEntity } from "../expressions/sites/check-entity.ts";
import { checkDenyRules, checkPolicy } from "../expressions/sites/check-policies.ts";
import { checkSlice } from "../expressions/sites/check-slice.ts";
import type { SiteProblem } from "../expressions/sites/site-problem.ts";
import type { Tool } from "../language/tool.ts";
import { placed } from "../load/report.ts";
import { scalarOffset } from "../load/scalar-offset.ts";
import { spanAt } from "../load/yaml-span.ts";
import { filesOfUnknownTypes } from "./independent-codes.ts";
import type { Place, Places } from "./places.ts";

/**
 * Type-checks every expression whose names' types are known. What stands in a file with errors that leave them unknown, or reads an
 * entity of one, waits until these are gone: its problems would mostly be theirs. Returns the paths of the files that were checked.
 */
export function checkExpressions(
  specs: NormalisedSpecs,
  places: Places,
  planOf: PlanOf,
  sink: Diagnostic[],
): ReadonlySet<string> {
  const broken = filesOfUnknownTypes(sink);
  const checked = new Set<string>();
  const isSound = (key: string): boolean => {
    const place = places.get(key);
    return place !== undefined && !broken.has(place.file.source.file);
  };
  const entities = specs.entities.filter(({ name }) => isSound(`entity/${name}`));
  const sound = { ...specs, entities };
  const add = (key: string, problems: readonly SiteProblem[]): void => {
    checked.add(places.get(key)?.file.source.file ?? "");
    for (const problem of problems) sink.push(diagnosticOf(`${key}/${problem.path}`, problem, places));
  };
  const byName = new Map(entities.map((entity) => [entity.name, entity]));
  for (const entity of entities) {
    add(`entity/${entity.name}`, checkEntity(entity, reachableEntities([entity.name], byName)));
  }
  const policies = specs.policies.filter(({ name }) => isSound(`policy/${name}`));
  for (const policy of policies) add(`policy/${policy.name}`, checkPolicy(policy));
  const known = new Set(entities.map(({ name }) => name));
  const slicer = slicerOf({ ...sound, policies });
  for (const tool of specs.tools.filter(({ name }) => isSound(`tool/${name}`))) {
    if (!readsOnly(tool, known)) continue;
    const slice = slicer(tool);
    add(`tool/${tool.name}`, checkSlice(slice, planOf(tool)));
    for (const policy of slice.policies) add(`policy/${policy.name}`, checkDenyRules(policy, slice));
  }
  return checked;
}

function readsOnly({ flow }: Tool, entities: ReadonlySet<string>): boolean {
  return allNodes(flow).every((node) => !("entity" in node) || entities.has(node.entity));
}

/** The problem at its character in the file, or at the nearest key that the file has. */
function diagnosticOf(key: string, { code, message, offset, hint }: SiteProblem, places: Places): Diagnostic {
  const exact = places.get(key);
  const { file, path } = exact ?? ancestorOf(key, places);
  const { node, start } = spanAt(file.root, path);
  const at = exact === undefined ? start : scalarOffset(file.source, node, offset);
  return placed(file.source, at, code, message, hint);
}

function ancestorOf(key: string, places: Places): Place {
  const parent = key.slice(0, Math.max(0, key.lastIndexOf("/")));
  const place = places.get(parent);
  if (place !== undefined) return place;
  if (parent === "") throw new TypeError(`no place is known for ${key}`);
  return ancestorOf(parent, places);
}
