import type { Entity, JsonObject } from "@lintel/specs";
import { entityNamed } from "../columns.ts";
import { cascadeSetting, type NotedRow } from "../schema/deletion-trigger.ts";
import type { DatabaseClient, RowChange } from "../statement.ts";
import { constantStatement } from "./bind-statement.ts";
import { rowDecoder } from "./row-columns.ts";

/** A row that the deletion of another one has changed. */
export interface CascadedRow extends RowChange {
  readonly entity: string;
  readonly action: "update" | "softDelete";
  /** All but its `updatedAt`, which is the one of `after`. */
  readonly before: JsonObject;
}

/** What the deletions of the open transaction have changed in other rows, in no particular order. */
export async function readCascaded(
  client: DatabaseClient,
  entities: readonly Entity[],
): Promise<readonly CascadedRow[]> {
  const text = `SELECT current_setting('${cascadeSetting}', true)`;
  const { rows } = await client.query(constantStatement("lintel_cascaded", text));
  const lines = (rows[0]?.[0] ?? "").split("\n").filter((line) => line !== "");
  return lines.map((line) => changeOf(JSON.parse(line) as NotedRow, entities));
}

function changeOf({ entity, field, parent, onDelete, row }: NotedRow, entities: readonly Entity[]): CascadedRow {
  const after = rowDecoder(entityNamed(entities, entity))(row);
  const before = { ...after, version: Number(after["version"]) - 1, [field]: parent };
  return { entity, action: onDelete === "cascade" ? "softDelete" : "update", before, after };
}
