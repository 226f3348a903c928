import type { ValueType } from "../types/value-type.ts";

/** The names that an expression may read at its place, and their types. */
export interface Scope {
  readonly names: Readonly<Record<string, ValueType>>;
  /** Names that exist elsewhere and cannot be read here, and why. */
  readonly hidden?: Readonly<Record<string, string>>;
  /** A root whose fields may be named bare: `status` for `this.status`. */
  readonly bareRoot?: string;
}
