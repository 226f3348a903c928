// Decision: types are plain immutable data, because they are compared, printed and handed to other parts.

export type SimpleKind =
  | "uuid"
  | "string"
  | "integer"
  | "number"
  | "decimal"
  | "boolean"
  | "date"
  | "instant"
  | "duration"
  | "json";

export interface SimpleType {
  readonly kind: SimpleKind;
  readonly nullable: boolean;
}

/** Without a currency it is known only when the expression runs. */
export interface MoneyType {
  readonly kind: "money";
  readonly currency?: string;
  readonly nullable: boolean;
}

/** Text that is one of `values`; a literal string is an enum of one. */
export interface EnumType {
  readonly kind: "enum";
  readonly values: readonly string[];
  readonly nullable: boolean;
}

export interface ListType {
  readonly kind: "list";
  readonly element: ValueType;
  readonly nullable: boolean;
}

export interface ObjectType {
  readonly kind: "object";
  /** A field that may be missing is nullable: reading it gives null. */
  readonly fields: Readonly<Record<string, ValueType>>;
  /** Fields that a value of this type may leave out, though they are not null where they are. */
  readonly optional?: readonly string[];
  /** Other fields may be read too; they are json. */
  readonly isOpen: boolean;
  /** How messages call it, such as `Reservation` or `nodes`. */
  readonly name?: string;
  /** Fields that exist and cannot be read here, and why. */
  readonly hidden?: Readonly<Record<string, string>>;
  readonly nullable: boolean;
}

export interface NullType {
  readonly kind: "null";
  readonly nullable: true;
}

/** The static type of a value. At run time it is plain JSON, as docs/expressions.md lists. */
export type ValueType = SimpleType | MoneyType | EnumType | ListType | ObjectType | NullType;

export const nullType: NullType = { kind: "null", nullable: true };

/** JSON of any shape, null included. */
export const anyJson: SimpleType = { kind: "json", nullable: true };

/** A simple type that is never null. */
export function simple(kind: SimpleKind): SimpleType {
  return { kind, nullable: false };
}

export function listOf(element: ValueType): ListType {
  return { kind: "list", element, nullable: false };
}

/** An object with just these fields, never null. */
export function objectOf(fields: Readonly<Record<string, ValueType>>, name?: string): ObjectType {
  return { kind: "object", fields, isOpen: false, nullable: false, ...(name === undefined ? {} : { name }) };
}

export function enumOf(values: readonly string[]): EnumType {
  return { kind: "enum", values, nullable: false };
}

export function withNull<T extends ValueType>(type: T, nullable = true): T {
  return type.nullable || !nullable ? type : { ...type, nullable: true };
}

/** The type behind a guard; `null` itself stays. */
export function withoutNull(type: ValueType): ValueType {
  return type.kind === "null" || !type.nullable ? type : { ...type, nullable: false };
}

/** The type of one field, undefined where the type has no such field. */
export function fieldOf(type: ValueType, field: string): ValueType | undefined {
  if (type.kind === "json") return anyJson;
  if (type.kind === "money") return moneyField(type, field);
  if (type.kind !== "object") return undefined;
  const own = Object.hasOwn(type.fields, field) ? type.fields[field] : undefined;
  const found = own ?? (type.isOpen ? anyJson : undefined);
  return found === undefined ? undefined : withNull(found, type.nullable);
}

function moneyField(type: MoneyType, field: string): ValueType | undefined {
  if (field === "amount") return { kind: "integer", nullable: type.nullable };
  if (field !== "currency") return undefined;
  if (type.currency === undefined) return { kind: "string", nullable: type.nullable };
  return { kind: "enum", values: [type.currency], nullable: type.nullable };
}

/** The names of a type's fields, for "did you mean". */
export function fieldNames(type: ValueType): readonly string[] {
  if (type.kind === "money") return ["amount", "currency"];
  return type.kind === "object" ? Object.keys(type.fields) : [];
}

/** A type as messages print it, such as `list of integer or null`. */
export function describeType(type: ValueType): string {
  const name = bareName(type);
  return type.nullable && type.kind !== "null" ? `${name} or null` : name;
}

function bareName(type: ValueType): string {
  switch (type.kind) {
    case "money":
      return type.currency === undefined ? "money" : `money in ${type.currency}`;
    case "enum":
      return type.values.length === 1 ? JSON.stringify(type.values[0]) : `one of ${type.values.join(", ")}`;
    case "list":
      return `list of ${describeType(type.element)}`;
    case "object":
      return type.name ?? `object with ${Object.keys(type.fields).join(", ")}`;
    default:
      return type.kind;
  }
}
