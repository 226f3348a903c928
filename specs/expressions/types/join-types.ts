import { anyJson, enumOf, listOf, type ObjectType, simple, type ValueType, withNull } from "./value-type.ts";

/** The smallest type that holds the values of both (branches of `?:`, elements of a list); undefined where none does. */
export function joinTypes(left: ValueType, right: ValueType): ValueType | undefined {
  const nullable = left.nullable || right.nullable;
  if (left.kind === "null") return withNull(right);
  if (right.kind === "null") return withNull(left);
  const joined = joinKinds(left, right);
  return joined === undefined ? undefined : withNull(joined, nullable);
}

function joinKinds(left: ValueType, right: ValueType): ValueType | undefined {
  if (left.kind === "enum" && right.kind === "enum") return enumOf([...new Set([...left.values, ...right.values])]);
  if (isText(left) && isText(right)) return simple("string");
  if (left.kind === "list" && right.kind === "list") {
    const element = joinTypes(left.element, right.element);
    return element === undefined ? undefined : listOf(element);
  }
  if (left.kind === "object" && right.kind === "object") return joinObjects(left, right);
  if (left.kind === "money" && right.kind === "money") {
    return left.currency === right.currency ? left : { kind: "money", nullable: false };
  }
  if (left.kind === right.kind) return left;
  return numericJoin(left, right);
}

function numericJoin(left: ValueType, right: ValueType): ValueType | undefined {
  const kinds = new Set([left.kind, right.kind]);
  if (!kinds.delete("integer")) return undefined;
  // An integer and a decimal are different JSON (number and string), so only a number widens silently.
  return kinds.has("number") ? simple("number") : undefined;
}

function joinObjects(left: ObjectType, right: ObjectType): ValueType {
  const names = new Set([...Object.keys(left.fields), ...Object.keys(right.fields)]);
  const fields = [...names].map((name) => {
    const [a, b] = [ownField(left, name), ownField(right, name)];
    const joined = a !== undefined && b !== undefined ? joinTypes(a, b) : withNull(a ?? b ?? anyJson);
    return [name, joined ?? anyJson] as const;
  });
  return { kind: "object", fields: Object.fromEntries(fields), isOpen: left.isOpen || right.isOpen, nullable: false };
}

function isText(type: ValueType): boolean {
  return type.kind === "string" || type.kind === "enum";
}

function ownField(type: ObjectType, name: string): ValueType | undefined {
  return Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
}
