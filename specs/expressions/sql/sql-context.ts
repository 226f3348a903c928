import type { Entity } from "../../language/entity.ts";
import { fail } from "../check/check-context.ts";
import { operandsOf, type Typed } from "../check/typed-expression.ts";
import type { SqlFragment } from "./sql-fragment.ts";

/** A condition that no row decides, and its outcome for what stands behind it. */
export interface Guard {
  readonly condition: Typed;
  readonly outcome: boolean;
}

export interface SqlContext {
  readonly entity: Entity;
  readonly entities: readonly Entity[];
  /** The table alias of `this`. */
  readonly alias: string;
  /** The table alias of `old`; without it `old` cannot be read. */
  readonly oldAlias?: string;
  /** What must hold for a parameter to be evaluated; else it is NULL, as nothing looks at it. */
  readonly guards: readonly Guard[];
}

export type Render = (typed: Typed, context: SqlContext) => SqlFragment;

/** Throws the problem of what PostgreSQL cannot compute with the same answer as a closure. */
export function notInSql(what: string, offset: number): never {
  return fail("not-in-sql", `${what} cannot run in the database`, offset);
}

/** Whether the value depends on a row. */
export function readsRow(typed: Typed): boolean {
  if (typed.type === "root") return typed.name === "this" || typed.name === "old";
  return operandsOf(typed).some(readsRow);
}
