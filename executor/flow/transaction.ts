import type { JsonObject } from "@lintel/specs";
import type { PoolClient, QueryResult } from "pg";
import type { WriteStatement } from "../database/index.ts";

/** A row that the open transaction has changed. */
export interface TouchedRow {
  readonly entity: string;
  readonly action: WriteStatement["action"];
  readonly before: JsonObject | undefined;
  readonly after: JsonObject;
}

/** The key of an entity's row. */
export function rowId(row: JsonObject): string {
  const { id } = row;
  return typeof id === "string" ? id : "";
}

/** An open database transaction of one segment. */
export interface Transaction {
  readonly client: PoolClient;
  readonly isReadOnly: boolean;
  /** Name of the segment, for its audit entry: the ids of its nodes. */
  readonly segment: string;
  /** Its segment is the flow's last one. */
  readonly isLast: boolean;
  /** BEGIN, which goes out with the first statement instead of waiting for its own answer. */
  readonly begun: Promise<QueryResult>;
  /** In the order of change. */
  touched: TouchedRow[];
  savepoints: number;
}
