import type { Entity } from "../../language/entity.ts";
import type { ReadNode, ValueTemplate } from "../../language/flow.ts";
import { givenFields, isNeeded, shownFields } from "./crud-schemas.ts";

type Values = Readonly<Record<string, ValueTemplate>>;

/** Every field from the input, whose schema fills defaults; a nullable one that is not given is null. */
export function createValues(entity: Entity): Values {
  return byName(givenFields(entity), (field) =>
    isNeeded(field) || field.default !== undefined ? `\${input.${field.name}}` : given(field.name, "null"),
  );
}

/** What the caller gives, else what the row has; the version keeps a change in between from being overwritten. */
export function updateValues(entity: Entity): Values {
  const fields = givenFields(entity).filter(({ name }) => name !== "id");
  return byName(fields, ({ name }) => given(name, `nodes.current.${name}`));
}

/** The caller's order and page; rows of equal rank stay in one order, by key. */
export function orderAndPage(entity: Entity): Pick<ReadNode, "sort" | "take" | "orderBy" | "page"> {
  const { sortable } = entity.list;
  return {
    take: `\${input.limit}`,
    sort: [{ field: "id", direction: "asc" }],
    page: { after: given("cursor", "null") },
    ...(sortable.length === 0 ? {} : { orderBy: { by: given("sort", "null"), allowed: sortable } }),
  };
}

/** The row that a node yields, without its sensitive fields. */
export function rowTemplate(entity: Entity, node: string): ValueTemplate {
  const status = entity.status === undefined ? [] : [entity.status.field];
  const names = [...shownFields(entity).map(({ name }) => name), ...status, "version", "createdAt", "updatedAt"];
  return Object.fromEntries(names.map((name) => [name, `\${nodes.${node}.${name}}`]));
}

function given(name: string, otherwise: string): string {
  return `\${has(input.${name}) ? input.${name} : ${otherwise}}`;
}

function byName<T extends { readonly name: string }>(items: readonly T[], value: (item: T) => ValueTemplate): Values {
  return Object.fromEntries(items.map((item) => [item.name, value(item)]));
}
