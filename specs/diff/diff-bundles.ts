import type { Bundle } from "../bundle/bundle.ts";
import type { Change, Difference, DiffLevel, SpecDiff } from "./change.ts";
import { diffEntities } from "./entity/diff-entities.ts";
import { diffRules } from "./rules/index.ts";
import { diffTools } from "./tool/diff-tools.ts";
import { diffPolicies } from "./workspace/diff-policies.ts";
import { diffWorkspace } from "./workspace/diff-workspace.ts";

export interface DiffOptions {
  /** YYYY-MM-DD, for sunset dates; without it no sunset has passed. */
  readonly today?: string;
  /** Days that callers are to be told of a sunset date before it; 30 unless told. */
  readonly notice?: number;
}

/** What is different between two bundles for callers, rows and reviewers; pure, and empty for equal bundles. */
export function diffBundles(old: Bundle, next: Bundle, { today = "", notice = 30 }: DiffOptions = {}): SpecDiff {
  const found: readonly Difference[] = [
    ...diffWorkspace(old.workspace, next.workspace),
    ...diffEntities(old.entities, next.entities),
    ...diffTools(old, next, { today, notice }),
    ...diffPolicies(old.policies, next.policies),
  ];
  return { changes: found.map((difference) => changeOf(difference, next.workspace.name)).sort(worstFirst) };
}

function changeOf(difference: Difference, workspace: string): Change {
  const [kind = "", part = ""] = difference.path.split("/");
  const name = kind === "workspace" ? workspace : part;
  return { ...difference, level: diffRules[difference.rule].level, kind: kind as Change["kind"], name };
}

const ranks: Readonly<Record<DiffLevel, number>> = { breaking: 0, warning: 1, info: 2 };
const kinds: Readonly<Record<Change["kind"], number>> = { workspace: 0, entity: 1, tool: 2, policy: 3 };

function worstFirst(one: Change, other: Change): number {
  return (
    ranks[one.level] - ranks[other.level] ||
    kinds[one.kind] - kinds[other.kind] ||
    order(one.name, other.name) ||
    order(one.path, other.path) ||
    order(one.rule, other.rule)
  );
}

/** By code units: the same on every machine, whatever its locale. */
function order(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
