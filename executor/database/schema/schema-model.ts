// Decision: the schema is data (what should stand), and one planner turns the difference of two models into DDL; a first
// creation is the difference from nothing. The model of what stands is kept in lintel.migrations.

export interface ColumnModel {
  /** SQL type such as `bigint`. */
  readonly type: string;
  readonly nullable: boolean;
  /** SQL constant. */
  readonly default?: string;
  /** SQL expression of a stored generated column. */
  readonly generated?: string;
}

export interface ConstraintModel {
  readonly kind: "check" | "exclude" | "foreignKey";
  /** What follows CONSTRAINT name. */
  readonly definition: string;
  /** The values that the check admits, where it lists them: one that is gone needs a mapping. */
  readonly values?: readonly string[];
}

/** One entity's table in schema `app`, its history in schema `history`. */
export interface TableModel {
  /** Entity name, for messages. */
  readonly entity: string;
  /** By column name, in order. */
  readonly columns: Readonly<Record<string, ColumnModel>>;
  readonly constraints: Readonly<Record<string, ConstraintModel>>;
  /** By index name: what follows ON table. */
  readonly indexes: Readonly<Record<string, IndexModel>>;
  /** By trigger name: CREATE OR REPLACE statements of the function, and of the trigger that calls it. */
  readonly triggers: Readonly<Record<string, TriggerModel>>;
}

export interface IndexModel {
  readonly isUnique: boolean;
  readonly definition: string;
}

export interface TriggerModel {
  readonly routine: string;
  readonly trigger: string;
}

export interface SchemaModel {
  /** By table name. */
  readonly tables: Readonly<Record<string, TableModel>>;
  readonly needsBtreeGist: boolean;
}

/** A DDL statement and why it is there. */
export interface DdlStatement {
  readonly sql: string;
  readonly kind: "schema" | "table" | "column" | "constraint" | "index" | "trigger" | "grant" | "system";
  readonly purpose: string;
  /** `transaction`: together with all others; `after`: alone and repeatable, once they are committed. */
  readonly phase: "transaction" | "after";
  /** The constraint or index that an `after` statement works on: it is dropped when a later bundle no longer wants that. */
  readonly target?: string;
}

/** A change that is not made, with the remedy in its message. */
export interface SchemaProblem {
  readonly entity: string;
  /** Column, constraint or index. */
  readonly name?: string;
  readonly message: string;
}

export interface SchemaPlan {
  readonly statements: readonly DdlStatement[];
  readonly problems: readonly SchemaProblem[];
  /** What stands afterwards: also columns and tables that only a bundle now rolled back had. */
  readonly standing: SchemaModel;
}

/** The part of a plan that concerns one table. */
export interface TablePlan {
  readonly statements: readonly DdlStatement[];
  readonly problems: readonly SchemaProblem[];
}
