// What a comparison of two bundles yields; additive changes only, since the preview and the published JSON hold it.
import type { JsonValue } from "../json.ts";
import type { DiffRuleId } from "./rules/index.ts";

/** `breaking`: what works today stops working. `warning`: it may, or someone should know. `info`: for the record. */
export type DiffLevel = "breaking" | "warning" | "info";

/** What is known of every change of one kind; the docs are written from it. */
export interface DiffRule {
  readonly level: DiffLevel;
  /** What has changed, as one clause. */
  readonly title: string;
  /** Why it has its level. */
  readonly why: string;
  /** What to do instead, where there is something. */
  readonly instead?: string;
}

/** One difference, found at a place. */
export interface Difference {
  readonly rule: DiffRuleId;
  /** A key of the source map of the new specs (of the old ones for what is gone), such as `tool/NAME/input/properties/age`. */
  readonly path: string;
  readonly message: string;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

export interface Change extends Difference {
  readonly level: DiffLevel;
  readonly kind: "workspace" | "entity" | "tool" | "policy";
  /** Of the entity, tool, policy or workspace. */
  readonly name: string;
}

/** The changes from one bundle to another: the worst first, then by kind, name and path. */
export interface SpecDiff {
  readonly changes: readonly Change[];
}

/** Before and after of something optional, absent where it is. */
export function values(before: unknown, after: unknown): Pick<Difference, "before" | "after"> {
  return {
    ...(before === undefined ? {} : { before: before as JsonValue }),
    ...(after === undefined ? {} : { after: after as JsonValue }),
  };
}
