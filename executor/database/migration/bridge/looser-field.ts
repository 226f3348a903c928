import type { Field } from "@lintel/specs";

/** The field as two bundles may both write it: what either allows. Its default is the first one's. */
export function looserField(field: Field, other: Field): Field {
  if (field.computed !== undefined || other.computed !== undefined) return field;
  const { values, minimum, maximum, minLength, maxLength, precision, ...rest } = field;
  const bounds = {
    minimum: least(minimum, other.minimum),
    maximum: greatest(maximum, other.maximum),
    minLength: least(minLength, other.minLength),
    maxLength: greatest(maxLength, other.maxLength),
    precision: greatest(precision, other.precision),
  };
  const isText = field.type !== other.type; // enum and string: the only types that one becomes the other
  const listed =
    values === undefined || other.values === undefined ? undefined : [...new Set([...values, ...other.values])];
  return {
    ...rest,
    ...Object.fromEntries(Object.entries(isText ? {} : bounds).filter(([, bound]) => bound !== undefined)),
    ...(isText ? { type: "string" } : listed === undefined ? {} : { values: listed }),
    nullable: field.nullable || other.nullable,
  };
}

/** A bound that one of the two lacks is no bound. */
function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : Math.min(a, b);
}

function greatest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : Math.max(a, b);
}
