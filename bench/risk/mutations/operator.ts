import type { DraftTool } from "./draft.ts";

/** What the workspace around a tool offers to a mutation. */
export interface Surroundings {
  /** An entity that nobody owns, with a key `id`. */
  readonly entity: string;
  /** A nullable or free text field of it. */
  readonly text: string;
  /** A field that a unique key consists of. */
  readonly unique: string;
  /** A transition of an entity with a status. */
  readonly transition: { readonly entity: string; readonly name: string };
  /** An http provider. */
  readonly provider: string;
  /** Entities with an owner. */
  readonly owned: readonly string[];
  /** The workspace gives every list a page size. */
  readonly hasPageSize: boolean;
  /** A role that no entity names, an entity and a relationship to many, and a sensitive field, where there are any. */
  readonly stranger?: string;
  readonly many?: { readonly entity: string; readonly include: string };
  readonly sensitive?: { readonly entity: string; readonly field: string };
}

/** Where the one finding that a mutation causes must be. */
export interface Expected {
  readonly rule: string;
  readonly node?: string;
  readonly key?: string;
}

/** Turns a Green tool into one with one known finding. */
export interface Operator {
  readonly name: string;
  readonly rule: string;
  /** Changes the tool in place; undefined where the tool has nothing that could be changed so. */
  readonly mutate: (tool: DraftTool, around: Surroundings) => Omit<Expected, "rule"> | undefined;
}
