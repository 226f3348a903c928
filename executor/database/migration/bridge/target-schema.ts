import { describeSchema } from "../../schema/describe-schema.ts";
import type { TableRenames } from "../../schema/plan-schema.ts";
import type { SchemaModel } from "../../schema/schema-model.ts";
import type { Bridge } from "./bridge-bundles.ts";
import { withBridgeRules } from "./bridge-rules.ts";

/** The schema that both bundles of a bridge can use. @throws StatementError as describeSchema does */
export function targetSchema(bridge: Bridge): SchemaModel {
  const schema = describeSchema(bridge.bundle);
  const tables = Object.entries(schema.tables).map(([name, table]) => {
    const bridged = bridge.entities[name];
    return [name, bridged === undefined ? table : withBridgeRules(table, bridged, bridge)] as const;
  });
  return { ...schema, tables: Object.fromEntries(tables) };
}

/** Table names as they are wanted by those under which they may stand. */
export function tableRenames({ renames }: Bridge): TableRenames {
  return Object.fromEntries(renames.map(({ from, to }) => [from.table, to.table]));
}
