import type { Bundle, Entity } from "@lintel/specs";
import { sqlTypes } from "../columns.ts";
import { describeColumns, describeFieldChecks } from "./describe-columns.ts";
import { describeExclusions, describeForeignKeys, describeInvariants } from "./describe-constraints.ts";
import { describeIndexes } from "./describe-indexes.ts";
import { describeTriggers, type Removals } from "./describe-triggers.ts";
import { erasable, erasureColumn } from "./erasure-trigger.ts";
import type { SchemaModel, TableModel } from "./schema-model.ts";
import { softDeletable } from "./soft-deletable.ts";

/**
 * The schema that a bundle needs; pure.
 * @throws StatementError naming the entity and what of it the database cannot hold.
 */
export function describeSchema(bundle: Bundle): SchemaModel {
  const removals = { deletable: softDeletable(bundle), erasable: erasable(bundle) };
  const tables = bundle.entities.map(
    (entity) => [entity.table, describeTable(entity, bundle.entities, removals)] as const,
  );
  return {
    tables: Object.fromEntries(tables),
    needsBtreeGist: bundle.entities.some(({ exclude }) => exclude.length > 0),
  };
}

function describeTable(entity: Entity, entities: readonly Entity[], removals: Removals): TableModel {
  return {
    entity: entity.name,
    columns: {
      ...describeColumns(entity, entities),
      ...(removals.erasable.has(entity.name) ? { [erasureColumn]: { type: sqlTypes.instant, nullable: true } } : {}),
    },
    constraints: {
      ...describeFieldChecks(entity),
      ...describeInvariants(entity, entities),
      ...describeExclusions(entity, entities),
      ...describeForeignKeys(entity, entities),
    },
    indexes: describeIndexes(entity),
    triggers: describeTriggers(entity, entities, removals),
  };
}
