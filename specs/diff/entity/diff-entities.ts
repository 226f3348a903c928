import { canonicalJson } from "../../bundle/canonical-json.ts";
import type { Entity, Relationship } from "../../language/entity.ts";
import { pairByName, removedAndAdded } from "../by-name.ts";
import { type Difference, values } from "../change.ts";
import type { DiffRuleId } from "../rules/index.ts";
import { diffFields } from "./diff-fields.ts";
import { diffOwnership } from "./diff-ownership.ts";
import { diffStatus } from "./diff-status.ts";
import { followRenames } from "./follow-renames.ts";

/** Entities by name: what is stored, and which rules its rows obey. Generated tools are compared as tools. */
export function diffEntities(before: readonly Entity[], after: readonly Entity[]): readonly Difference[] {
  const { entities, renames } = followRenames(before, after);
  const { gone, come, kept } = pairByName(entities, after);
  return [
    ...renames,
    ...gone.map(({ name }) => found("entity-removed", `entity/${name}`, `${name} is gone`)),
    ...come.map(({ name }) => found("entity-added", `entity/${name}`, `${name} is new`)),
    ...kept.flatMap(([old, next]) => diffEntity(old, next, `entity/${next.name}`)),
  ];
}

function found(rule: DiffRuleId, path: string, message: string, before?: unknown, after?: unknown): Difference {
  return { rule, path, message, ...values(before, after) };
}

function diffEntity(before: Entity, after: Entity, path: string): readonly Difference[] {
  return [
    ...diffFields(before.fields, after.fields, `${path}/fields`),
    ...diffStatus(before.status, after.status, `${path}/status`),
    ...diffInvariants(before, after, `${path}/invariants`),
    ...diffUnique(before, after, `${path}/unique`),
    ...diffExclusions(before, after, `${path}/exclude`),
    ...diffRelationships(before.relationships, after.relationships, `${path}/relationships`),
    ...diffOwnership(before.ownership, after.ownership, `${path}/ownership`),
    ...diffTenant(before, after, `${path}/tenant`),
    ...diffRetention(before.retention, after.retention, `${path}/retention`),
  ];
}

function diffInvariants(before: Entity, after: Entity, path: string): readonly Difference[] {
  const { gone, come, kept } = pairByName(before.invariants, after.invariants);
  return [
    ...gone.map(({ name, expr }) => found("invariant-removed", path, `invariant ${name} is gone`, expr)),
    ...come.map(({ name, expr }) => {
      return found("invariant-added", `${path}/${name}`, `invariant ${name} is new`, undefined, expr);
    }),
    ...kept
      .filter(([old, next]) => old.expr !== next.expr)
      .map(([old, next]) => {
        const message = `invariant ${next.name} says something else`;
        return found("invariant-changed", `${path}/${next.name}`, message, old.expr, next.expr);
      }),
  ];
}

function diffUnique(before: Entity, after: Entity, path: string): readonly Difference[] {
  const sets = ({ unique }: Entity) => unique.map((fields) => fields.toSorted().join(", "));
  const { removed, added } = removedAndAdded(sets(before), sets(after));
  return [
    ...removed.map((fields) => found("unique-removed", path, `rows may share ${fields}`, fields)),
    ...added.map((fields) => found("unique-added", path, `no two rows may share ${fields}`, undefined, fields)),
  ];
}

function diffExclusions(before: Entity, after: Entity, path: string): readonly Difference[] {
  const { gone, come, kept } = pairByName(before.exclude, after.exclude);
  const facts = ({ parts, where }: Entity["exclude"][number]) => canonicalJson({ parts, where });
  return [
    ...gone.map(({ name }) => found("exclusion-removed", path, `exclusion ${name} is gone`)),
    ...come.map(({ name }) => found("exclusion-added", `${path}/${name}`, `exclusion ${name} is new`)),
    ...kept
      .filter(([old, next]) => facts(old) !== facts(next))
      .map(([, { name }]) => found("exclusion-changed", `${path}/${name}`, `exclusion ${name} says something else`)),
  ];
}

function diffRelationships(
  before: readonly Relationship[],
  after: readonly Relationship[],
  path: string,
): readonly Difference[] {
  const { gone, come, kept } = pairByName(before, after);
  const target = ({ onDelete: _, ...rest }: Relationship) => canonicalJson(rest);
  return [
    ...gone.map(({ name }) => found("relationship-removed", path, `relationship ${name} is gone`)),
    ...come.map(({ name }) => found("relationship-added", `${path}/${name}`, `relationship ${name} is new`)),
    ...kept.flatMap(([old, next]) => {
      const at = `${path}/${next.name}`;
      const moved = found("relationship-changed", at, `relationship ${next.name} leads elsewhere`);
      const message = `onDelete of ${next.name}: ${old.onDelete} is ${next.onDelete} now`;
      const deletion = found("on-delete-changed", `${at}/onDelete`, message, old.onDelete, next.onDelete);
      return [...(target(old) === target(next) ? [] : [moved]), ...(old.onDelete === next.onDelete ? [] : [deletion])];
    }),
  ];
}

function diffTenant({ tenant: before }: Entity, { tenant: after }: Entity, path: string): readonly Difference[] {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
  return [found("tenant-changed", path, "rows are told apart by another tenant", before, after)];
}

function diffRetention(before: number | undefined, after: number | undefined, path: string): readonly Difference[] {
  const [old, next] = [before ?? Infinity, after ?? Infinity];
  if (old === next) return [];
  const rule = next < old ? "retention-shortened" : "retention-extended";
  const message = `retention in ms: ${String(before ?? "for good")} is ${String(after ?? "for good")} now`;
  return [found(rule, path, message, before, after)];
}
