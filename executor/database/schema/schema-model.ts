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
  /** The other name's column of a renamed field, kept in step while both are listed; retired, it holds values that are out of date. */
  readonly twin?: string;
}

export interface ConstraintModel {
  readonly kind: "check" | "exclude" | "foreignKey";
  /** What follows CONSTRAINT name. */
  readonly definition: string;
  /** False while rows that stood before it have not been checked; only of what stands. */
  readonly isValidated?: false;
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
  /** Rows to be changed before they can be checked; only of what is wanted. */
  readonly backfills?: readonly BackfillModel[];
  /** Triggers that come only when the backfills are done. */
  readonly lateTriggers?: readonly string[];
  /** The table under the name that the other listed bundle knows. */
  readonly view?: ViewModel;
}

/** A change of every row that needs it. */
export interface BackfillModel {
  readonly column: string;
  /** SQL of the new value. */
  readonly value: string;
  /** SQL condition of the rows that need it. */
  readonly where: string;
  /** The constraint that, once validated, proves it done; absent: the column's NOT NULL does. */
  readonly proof?: string;
}

export interface ViewModel {
  readonly name: string;
  readonly columns: readonly string[];
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

/** The strongest lock that a statement takes on a table that stands, as PostgreSQL's manual names it (13.3.1). */
export type LockClass =
  | "none"
  | "ROW EXCLUSIVE"
  | "SHARE UPDATE EXCLUSIVE"
  | "SHARE ROW EXCLUSIVE"
  | "ACCESS EXCLUSIVE";

/**
 * `expand`: together in one transaction. `backfill`: in batches. `validate`: each alone. Then the new bundle is listed beside the
 * previous one. `contract`: each alone, when the bundle before the previous one is listed no more.
 */
export type Phase = "expand" | "backfill" | "validate" | "contract";

/** A DDL statement and why it is there. */
export interface DdlStatement {
  readonly sql: string;
  readonly kind:
    | "schema"
    | "view"
    | "rename"
    | "table"
    | "column"
    | "constraint"
    | "computed"
    | "exclusion"
    | "index"
    | "trigger"
    | "grant"
    | "system"
    | "drop";
  readonly purpose: string;
  readonly phase: Phase;
  readonly lock: LockClass;
  /** Entity whose table it works on. */
  readonly entity?: string;
  /** Reads or writes every row while its lock is held. */
  readonly rewritesTable?: true;
  /** Deletes values or rows. */
  readonly isDestructive?: true;
  /** An index that it builds: removed again when the build fails. */
  readonly index?: string;
  /** What stands as wanted once it has run; of what runs after `expand`. */
  readonly settles?: readonly Settled[];
}

export interface Settled {
  readonly table: string;
  readonly part: "columns" | "constraints" | "indexes" | "triggers";
  readonly name: string;
}

/** A change that is not made. */
export interface SchemaProblem {
  /** Stable; see docs/migrations.md. */
  readonly code: string;
  readonly entity: string;
  /** Field, constraint or index. */
  readonly field?: string;
  readonly message: string;
  /** What to do instead. */
  readonly hint: string;
}
