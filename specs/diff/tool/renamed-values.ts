import type { Entity } from "../../language/entity.ts";
import type { RenamedValues } from "../schema/site.ts";

/** What answers say instead of a value, whichever field or status they read it from. */
export function renamedValuesOf(entities: readonly Entity[]): RenamedValues {
  const mappings = entities.flatMap(({ fields, status }) => [
    ...fields.map(({ renamedValues }) => renamedValues ?? {}),
    status?.renamedStates ?? {},
  ]);
  const all = mappings.flatMap((mapping) => Object.entries(mapping));
  return new Map(all.map(([from]) => [from, all.flatMap(([other, to]) => (other === from ? [to] : []))]));
}
