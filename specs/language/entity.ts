// The normalised form of `kind: Entity`: shorthands expanded, defaults filled, expressions kept as their source text.
import type { JsonValue } from "../json.ts";
import type { Duration } from "./duration.ts";

export type FieldType =
  | "uuid"
  | "string"
  | "integer"
  | "number"
  | "decimal"
  | "money"
  | "boolean"
  | "date"
  | "instant"
  | "duration"
  | "enum"
  | "json";

/** One field. A field is NOT NULL unless `nullable`; it must be given on create unless generated, computed, nullable or defaulted. */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly nullable: boolean;
  /** Filled by the executor: a random uuid or the execution's `now`. */
  readonly generated: boolean;
  /** Bare expression over `this`; a stored generated value, never written by a tool. */
  readonly computed?: string;
  readonly default?: JsonValue;
  /** Name of the referenced entity; the type is then that entity's key type (uuid). */
  readonly ref?: string;
  readonly values?: readonly string[];
  /** ISO 4217 code; money is held in minor units of it. */
  readonly currency?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** RE2 syntax; matched in linear time. */
  readonly pattern?: string;
  /** decimal only: digits in all and after the point. */
  readonly precision?: number;
  readonly scale?: number;
  /** Never in logs, audit records or traces; in an output only where named. */
  readonly sensitive: boolean;
  /** Removed by the `erase` action. */
  readonly personal: boolean;
  /** What the deployed release calls this field: its values move here. */
  readonly renamedFrom?: string;
  /** enum only: values that are gone, and what rows that hold them get instead. */
  readonly renamedValues?: Readonly<Record<string, string>>;
}

export interface Relationship {
  readonly name: string;
  readonly type: "belongsTo" | "hasMany" | "hasOne" | "through";
  readonly entity: string;
  /** belongsTo: the field of this entity; hasMany/hasOne: the field of the other one. */
  readonly field: string;
  /** through: the join entity. */
  readonly through?: string;
  readonly onDelete: "restrict" | "cascade" | "setNull";
}

export interface Transition {
  readonly name: string;
  readonly from: readonly string[];
  readonly to: string;
}

export interface StatusMachine {
  readonly field: string;
  readonly initial: string;
  readonly final: readonly string[];
  /** initial, final and every state named by a transition, in order of first mention. */
  readonly states: readonly string[];
  readonly transitions: readonly Transition[];
  /** States that are gone, and the one that rows in them get instead. */
  readonly renamedStates?: Readonly<Record<string, string>>;
}

export interface Invariant {
  readonly name: string;
  /** Bare boolean expression over `this` (and `old` on an update). */
  readonly expr: string;
  readonly message: string;
  readonly why?: string;
}

export interface ExclusionPart {
  /** One field (`equal`), or the lower and upper field of a range (`overlaps`). */
  readonly fields: readonly string[];
  /** Range bounds such as `[)`; only with `overlaps`. */
  readonly bounds?: "[)" | "[]" | "(]" | "()";
  readonly operator: "equal" | "overlaps";
}

export interface Exclusion {
  readonly name: string;
  readonly parts: readonly ExclusionPart[];
  /** Bare boolean expression over `this`. */
  readonly where?: string;
  readonly message?: string;
}

/** Row ownership: for callers with one of `roles` (and no other role of the tool) every statement gets this predicate. */
export interface Ownership {
  /** Path from this entity: `subject`, or through belongsTo relationships, `customer.subject`. */
  readonly via: readonly string[];
  readonly claim: string;
  readonly roles: readonly string[];
}

export interface Tenant {
  readonly field: string;
  readonly claim: string;
}

export type CrudAction = "create" | "read" | "list" | "update" | "delete";

export interface ListOptions {
  readonly filterable: readonly string[];
  readonly sortable: readonly string[];
  readonly maximum: number;
}

/** A business object. Besides its fields every table has `version` (integer), `created_at`, `updated_at` and `deleted_at`. */
export interface Entity {
  readonly name: string;
  readonly description?: string;
  /** What the deployed release calls this entity: its rows move here. */
  readonly renamedFrom?: string;
  /** snake_case table name, derived from the name. */
  readonly table: string;
  /** The field of type uuid that is the primary key; always `id`. */
  readonly key: "id";
  readonly fields: readonly Field[];
  readonly relationships: readonly Relationship[];
  readonly status?: StatusMachine;
  readonly invariants: readonly Invariant[];
  readonly unique: readonly (readonly string[])[];
  readonly exclude: readonly Exclusion[];
  readonly ownership?: Ownership;
  readonly tenant?: Tenant;
  /** Roles per generated tool; an absent action has no tool. */
  readonly crud: Readonly<Partial<Record<CrudAction, readonly string[]>>>;
  readonly list: ListOptions;
  /** Time after soft deletion at which a row may be purged, in milliseconds. */
  readonly retention?: Duration;
}
