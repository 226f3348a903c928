// Decision: SQL text is settled when a bundle is compiled; a request only binds values, so no request can shape a statement.
import type { EvaluationContext, Fuel, JsonObject, JsonValue } from "@lintel/specs";

/** A statement ready to send: pass it to `query` as it is. Columns come back as text, in order. */
export interface BoundStatement {
  /** Name of the prepared statement, derived from its text (63 bytes at most). */
  readonly name: string;
  readonly text: string;
  readonly values: (string | null | readonly (string | null)[])[];
  readonly rowMode: "array";
  /** Leaves every column as the text that PostgreSQL sent: decoding is ours. */
  readonly types: { getTypeParser(): (text: string) => string };
}

export interface StatementResult {
  readonly rows: readonly (readonly (string | null)[])[];
  readonly rowCount: number | null;
  /** The command's tag; COMMIT of a failed transaction answers ROLLBACK. */
  readonly command: string;
}

/** What is needed of a connection; `Client` and `PoolClient` of `pg` fit, with or without `pipeline: true`. */
export interface DatabaseClient {
  query(statement: BoundStatement): Promise<StatementResult>;
}

/** What an execution gives to a statement while it binds. */
export interface BindContext {
  /** The roots that expressions may read at this node: input, caller, nodes, workspace, now, item. */
  readonly context: EvaluationContext;
  readonly fuel: Fuel;
  /** Claims of the verified token by name, for ownership and tenant; empty for webhooks, schedules and public calls. */
  readonly claims: Readonly<Record<string, JsonValue>>;
  /** The execution's one instant, RFC 3339 UTC with milliseconds. */
  readonly now: string;
  /** A uuid drawn from the execution's own sequence. */
  readonly newId: () => string;
  /** Optimistic concurrency: the version at which this execution read the row; another one at write time is a conflict. */
  readonly seenVersion?: (entity: string, id: string) => number | undefined;
  /** Values that the last row of the page before is sorted by, in the order of the sort. */
  readonly cursor?: readonly JsonValue[];
}

/** A place for one value. */
export interface Parameter {
  /** The value as PostgreSQL's text input (or an array of such); null is NULL. @throws StatementError, EvaluationError */
  readonly bind: (bind: BindContext) => string | null | readonly (string | null)[];
}

/** SQL text with places for values. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly parameters: readonly Parameter[];
}

/** Turns the columns of one result row into the entity's row: plain JSON by field name, `version`, `createdAt`, `updatedAt`. */
export type DecodeRow = (columns: readonly (string | null)[]) => JsonObject;

/** The statement of one `read` node. */
export interface ReadStatement {
  readonly type: "read";
  readonly entity: string;
  /** SELECT; at most `limit` rows, one row where the node says `one`; FOR UPDATE in a pessimistic tool's transaction. */
  readonly statement: Statement;
  /** Where the caller chooses the order: the same SELECT in each order that is allowed, by what `by` answers. */
  readonly ordered?: {
    readonly by: (bind: BindContext) => JsonValue;
    readonly statements: Readonly<Record<string, Statement>>;
  };
  /** Where the result is a page. */
  readonly page?: {
    /** The cursor that the caller gives. */
    readonly after: (bind: BindContext) => JsonValue;
    /** Rows of a page; the statements ask for one more, to know whether there is another page. */
    readonly size: (bind: BindContext) => number;
    /** How each order goes on behind a cursor; the node's own order is under the empty name. */
    readonly orders: Readonly<Record<string, PageOrder>>;
  };
  readonly decode: DecodeRow;
}

/** One order of a page. */
export interface PageOrder {
  /** The same SELECT for the rows behind the cursor. */
  readonly resume: Statement;
  /** Fields that the order sorts by, the key among them. */
  readonly fields: readonly string[];
}

/** The statements of one `write` node. */
export interface WriteStatement {
  readonly type: "write";
  readonly entity: string;
  readonly action: "create" | "update" | "transition" | "softDelete" | "erase";
  /** Locks the rows and reads what they were; absent for `create`. */
  readonly lock?: Statement;
  /** INSERT or UPDATE ... RETURNING the new row. */
  readonly apply: Statement;
  /** With a key both statements go out at once; else `apply` takes the locked rows' ids as its last parameter. */
  readonly isByKey: boolean;
  readonly decode: DecodeRow;
  /** States that a transition leaves from. */
  readonly from?: readonly string[];
  readonly statusField?: string;
  /** Highest number of rows. */
  readonly limit?: number;
  /** The version that the node expects. */
  readonly version?: (bind: BindContext) => number | null;
}

/** One row changed. `before` is absent on create. */
export interface RowChange {
  readonly before?: JsonObject;
  readonly after: JsonObject;
}

/** What a write did. Everything but `written` must roll the transaction back. */
export type WriteOutcome =
  | { readonly type: "written"; readonly rows: readonly RowChange[] }
  /** By key only: there is no such live row that this caller may see. */
  | { readonly type: "not-found" }
  /** The new or changed row would not be this caller's. */
  | { readonly type: "not-owned" }
  | { readonly type: "wrong-state"; readonly state: string; readonly from: readonly string[] }
  | { readonly type: "version-conflict"; readonly expected: number; readonly actual: number }
  | { readonly type: "too-many-rows"; readonly limit: number };

/** The statements of a tool's nodes, by node id, for callers with the same access. */
export interface NodeStatements {
  readonly reads: Readonly<Record<string, ReadStatement>>;
  readonly writes: Readonly<Record<string, WriteStatement>>;
}

/** All statements of a tool, compiled once. */
export interface ToolStatements {
  /**
   * The statements for a caller: with roles of this tool that are all under an entity's ownership, that entity's predicate is in
   * every statement. Webhooks, schedules and public calls pass no roles.
   */
  readonly forRoles: (roles: readonly string[]) => NodeStatements;
  /** Per entity that the tool writes: what step 6 checks. */
  readonly invariants: Readonly<Record<string, InvariantChecks>>;
}

/** Invariants of an entity by where they can be checked. */
export interface InvariantChecks {
  /** Names of those to evaluate as closures over `this` and `old`, whose own columns are all that they read. */
  readonly local: readonly string[];
  /** Names of invariants that follow relationships, in the order of the statement's boolean columns after the id. */
  readonly related: readonly string[];
  /** Takes the touched rows ({@link bindLast} of `bindRows`); answers id and one boolean per related invariant. */
  readonly statement?: Statement;
  readonly bindRows?: (rows: readonly RowChange[]) => string | readonly string[];
  /** Rows of entities whose invariants read rows of this one. */
  readonly dependents: readonly DependentCheck[];
}

/** Invariants of rows that refer, through one path, to rows that were changed. */
export interface DependentCheck {
  /** The entity of the rows that refer. */
  readonly entity: string;
  /** Fields of the changed rows that the invariants read; another change concerns none. */
  readonly fields: readonly string[];
  /** Names, in the order of the statement's booleans after the number of rows; NULL where there are none. */
  readonly invariants: readonly string[];
  /** Rows that the statement checks; it counts one more where there are more. */
  readonly maximum: number;
  /** Takes the changed rows' ids ({@link bindLast}). */
  readonly statement: Statement;
}

/** A statement that cannot be compiled, or a value that does not fit its column. */
export class StatementError extends Error {
  override readonly name = "StatementError";
  readonly code: "unsupported" | "value-mismatch" | "unknown-name" | "too-many-rows";
  constructor(code: StatementError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
