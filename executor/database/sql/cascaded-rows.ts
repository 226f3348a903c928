import type { Entity, JsonObject } from "@lintel/specs";
import { columnsOf } from "../columns.ts";
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
  return lines.flatMap((line) => changeOf(JSON.parse(line) as NotedRow, entities));
}

/** None where the row is of an entity that only the other listed bundle has: nothing of ours is said of it. */
function changeOf(noted: NotedRow, entities: readonly Entity[]): readonly CascadedRow[] {
  const entity = entities.find(({ name }) => noted.entities.includes(name));
  if (entity === undefined) return [];
  const after = rowDecoder(entity)(columnsOf(entity).map(({ column }) => noted.row[column] ?? null));
  const field = entity.fields.find(({ name }) => noted.fields.includes(name));
  const before = {
    ...after,
    version: Number(after["version"]) - 1,
    ...(field === undefined ? {} : { [field.name]: noted.parent }),
  };
  const action = noted.onDelete === "cascade" ? "softDelete" : "update";
  return [{ entity: entity.name, action, before, after }];
}
