import { type Entity, type Exclusion, type JsonObject, type JsonValue, newFuel } from "@lintel/specs";
import type { Snapshot } from "../../local/rows.ts";
import type { BrokenLaw, Laws } from "./laws.ts";

/** Live rows are unique where they must be, do not meet where they must not, and refer to rows that are there. */
export function brokenConstraints(laws: Laws, after: Snapshot): readonly BrokenLaw[] {
  return laws.bundle.entities.flatMap((entity) => {
    const live = (after[entity.name] ?? []).filter(({ isDeleted }) => !isDeleted).map(({ values }) => values);
    return [
      ...entity.unique.flatMap((fields) => brokenUnique(entity, fields, live)),
      ...entity.exclude.flatMap((exclusion) => brokenExclusion(laws, entity, exclusion, live)),
      ...brokenReferences(entity, live, after),
    ];
  });
}

function brokenUnique(entity: Entity, fields: readonly string[], rows: readonly JsonObject[]): readonly BrokenLaw[] {
  const scope = entity.tenant === undefined ? fields : [entity.tenant.field, ...fields];
  const seen = new Set<string>();
  return rows.flatMap((row): readonly BrokenLaw[] => {
    const values = scope.map((field) => row[field] ?? null);
    const key = JSON.stringify(values);
    if (values.includes(null) || !seen.has(key)) {
      seen.add(key);
      return [];
    }
    const subject = `${entity.name}/${fields.join(",")}`;
    return [{ law: "unique", subject, message: `two rows of ${subject} have the same ${key}` }];
  });
}

function brokenExclusion(
  { exclusionWhere }: Laws,
  entity: Entity,
  exclusion: Exclusion,
  rows: readonly JsonObject[],
): readonly BrokenLaw[] {
  const where = exclusionWhere.get(`${entity.name}/${exclusion.name}`);
  const counted = rows.filter((row) => where === undefined || where({ this: row }, newFuel()) === true);
  const meeting = counted.some((one, index) => counted.slice(index + 1).some((other) => meet(exclusion, one, other)));
  const subject = `${entity.name}/${exclusion.name}`;
  return meeting ? [{ law: "exclusion", subject, message: `two rows break ${subject}` }] : [];
}

function meet({ parts }: Exclusion, one: JsonObject, other: JsonObject): boolean {
  return parts.every(({ operator, fields: [low = "", high = ""], bounds = "[)" }) => {
    const [a, b] = [one[low] ?? null, other[low] ?? null];
    if (operator === "equal") return a !== null && JSON.stringify(a) === JSON.stringify(b);
    return begins(a, other[high] ?? null, bounds) && begins(b, one[high] ?? null, bounds);
  });
}

/** Whether a range that begins here begins before one that ends there does; an end that is missing is endless. */
function begins(start: JsonValue, end: JsonValue, bounds: string): boolean {
  if (start === null || end === null) return true;
  const [low, high] = [sortable(start), sortable(end)];
  return bounds === "[]" ? low <= high : low < high;
}

/** Dates and instants sort as text, which has one form; money by its amount. */
function sortable(value: JsonValue): string | number {
  if (typeof value === "number" || typeof value === "string") return value;
  return Number((value as JsonObject)["amount"] ?? 0);
}

function brokenReferences(entity: Entity, rows: readonly JsonObject[], after: Snapshot): readonly BrokenLaw[] {
  return entity.fields.flatMap(({ name, ref }) => {
    if (ref === undefined) return [];
    const known = new Set((after[ref] ?? []).map(({ values }) => values["id"]));
    const lost = rows.find((row) => (row[name] ?? null) !== null && !known.has(row[name]));
    const subject = `${entity.name}/${name}`;
    return lost === undefined ? [] : [{ law: "reference", subject, message: `${subject} refers to no row` }];
  });
}
