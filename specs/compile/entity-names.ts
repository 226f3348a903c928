/** `RoomRate` -> `room_rate`, `startsOn` -> `starts_on`: names of tables and columns, as the executor derives them. */
export function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
}

export function kebabCase(name: string): string {
  return snakeCase(name).replaceAll("_", "-");
}

/** The plural of an English noun in kebab case: `category` -> `categories`, `box` -> `boxes`, `reservation` -> `reservations`. */
export function plural(name: string): string {
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(name) ? `${name}es` : `${name}s`;
}

/** Columns that every table has besides its entity's fields. */
export const systemFields: readonly string[] = ["version", "createdAt", "updatedAt", "deletedAt"];

/** Names that no field may have: those columns, and the one that says when a row was erased, which no expression reads. */
export const reservedFields: readonly string[] = [...systemFields, "erasedAt"];

/** Names of a row's fields in expressions and conditions. */
export function readableFields(entity: EntityNames): readonly string[] {
  const status = entity.status === undefined ? [] : [entity.status.field];
  return [...entity.fields.map(({ name }) => name), ...status, ...systemFields];
}

interface EntityNames {
  readonly fields: readonly { readonly name: string }[];
  readonly status?: { readonly field: string };
}
