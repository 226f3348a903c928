// Decision: the executor's rights follow from what the tools' nodes do, column by column; nothing else is granted.
import {
  allNodes,
  type Bundle,
  type Entity,
  type FlowNode,
  opensTransaction,
  type Tool,
  type WriteNode,
} from "@lintel/specs";
import { columnOf, columnsOf, entityNamed } from "../columns.ts";
import { dependentEntities } from "../sql/compile-dependents.ts";
import { clearedBy } from "./deletion-trigger.ts";
import { erasureColumn } from "./erasure-trigger.ts";
import { isVersionLocal } from "./row-local.ts";

/** What one role may do with one entity's table. */
export interface TableRights {
  readonly select: boolean;
  /** Column names. */
  readonly insert: readonly string[];
  readonly update: readonly string[];
}

interface Need {
  readonly entity: string;
  readonly insert?: readonly string[];
  readonly update?: readonly string[];
}

/** The rights on schema `app` that a bundle's tools need, by table name; tables that no tool reaches are absent. */
export function executorRights(bundle: Bundle): Readonly<Record<string, TableRights>> {
  const needs = bundle.tools.flatMap((tool) => needsOf(tool, bundle.entities));
  const names = [...new Set(needs.map(({ entity }) => entity))].sort();
  const entries = names.map((name) => {
    const own = needs.filter(({ entity }) => entity === name);
    const insert = sorted(own.flatMap((need) => need.insert ?? []));
    const update = sorted(own.flatMap((need) => need.update ?? []));
    return [entityNamed(bundle.entities, name).table, { select: true, insert, update }] as const;
  });
  return Object.fromEntries(entries);
}

function needsOf(tool: Tool, entities: readonly Entity[]): readonly Need[] {
  const isLocking = tool.concurrency === "pessimistic";
  return allNodes(tool.flow).flatMap((node) => {
    if (node.type !== "read" && node.type !== "write") return [];
    const entity = entityNamed(entities, node.entity);
    return [
      ...reachable(entity, entities, node.type === "read" ? node.include : []).map((name) => ({ entity: name })),
      ...(node.type === "write"
        ? [writeNeed(node, entity), ...clearedNeeds(node, entities), ...dependentNeeds(node, entities)]
        : []),
      // Whoever locks a row needs UPDATE on one of its columns; `version` harms least.
      ...(isLocking && isInTransaction(node, tool.flow) ? [{ entity: entity.name, update: ["version"] }] : []),
    ];
  });
}

/** The entity, what belongsTo leads to (expressions and ownership go no other way), and what is included. */
function reachable(entity: Entity, entities: readonly Entity[], included: readonly string[]): readonly string[] {
  const names = new Set<string>();
  const queue = [
    entity.name,
    ...entity.relationships
      .filter(({ name }) => included.includes(name))
      .flatMap((one) => [one.entity, ...(one.through === undefined ? [] : [one.through])]),
  ];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (names.has(name)) continue;
    names.add(name);
    const { relationships } = entityNamed(entities, name);
    queue.push(...relationships.filter(({ type }) => type === "belongsTo").map(({ entity: other }) => other));
  }
  return [...names];
}

function writeNeed(node: WriteNode, entity: Entity): Need {
  const given = Object.keys(node.values).map((name) => columnOf(entity, name).column);
  if (node.action === "create") {
    const drawn = columnsOf(entity).flatMap(({ column, field, role }) => {
      const isStamp = role === "system" && column !== "version";
      return field.generated || isStamp || field.name === entity.tenant?.field ? [column] : [];
    });
    return { entity: entity.name, insert: [...drawn, ...given] };
  }
  const status = entity.status === undefined ? [] : [columnOf(entity, entity.status.field).column];
  const changed = { transition: status, softDelete: ["deleted_at"], erase: [erasureColumn], update: [], delete: [] }[
    node.action
  ];
  return { entity: entity.name, update: ["version", "updated_at", ...given, ...changed] };
}

/** A deletion clears references by a trigger; the executor then checks the rows' invariants that follow relationships. */
function clearedNeeds(node: WriteNode, entities: readonly Entity[]): readonly Need[] {
  if (node.action !== "softDelete") return [];
  return [...clearedBy([node.entity], entities)].flatMap((name) => {
    const entity = entityNamed(entities, name);
    const isRead = entity.invariants.some(({ expr }) => !isVersionLocal(entity, expr));
    return isRead ? reachable(entity, entities, []).map((each) => ({ entity: each })) : [];
  });
}

/** After a change the executor checks the rows whose invariants read the changed ones. */
function dependentNeeds(node: WriteNode, entities: readonly Entity[]): readonly Need[] {
  if (node.action === "create") return [];
  const changed = [node.entity, ...(node.action === "softDelete" ? clearedBy([node.entity], entities) : [])];
  return changed
    .flatMap((name) => dependentEntities(name, entities))
    .flatMap((name) => reachable(entityNamed(entities, name), entities, []).map((entity) => ({ entity })));
}

function isInTransaction(node: FlowNode, flow: readonly FlowNode[]): boolean {
  return allNodes(flow).some((outer) => opensTransaction(outer) && allNodes([outer]).some(({ id }) => id === node.id));
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
