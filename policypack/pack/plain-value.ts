import type { JsonValue } from "@lintel/specs";

/** A value of a resource's inputs as plain JSON, or why it is none: it is missing, or not known before the update. */
export type PlainValue =
  | { readonly type: "known"; readonly value: JsonValue }
  | { readonly type: "missing" }
  | { readonly type: "unknown" };

/** Reads one input. The SDK's proxy throws on any access to what a preview does not know; nothing else of it is caught. */
export function plainValue(props: Readonly<Record<string, unknown>>, name: string): PlainValue {
  try {
    const text = JSON.stringify(props[name], withoutBridgeKeys) as string | undefined;
    return text === undefined ? { type: "missing" } : { type: "known", value: JSON.parse(text) as JsonValue };
  } catch (error) {
    if (error instanceof Error && "unknownTypeSentinel" in error) return { type: "unknown" };
    throw error;
  }
}

/** Providers that are bridged from Terraform add `__defaults` at every level. */
function withoutBridgeKeys(key: string, value: unknown): unknown {
  return key === "__defaults" ? undefined : value;
}

/** The value, when it is a known one of the shape that the guard checks. */
export function knownValue<T>(value: PlainValue, isOfShape: (value: unknown) => value is T): T | undefined {
  return value.type === "known" && isOfShape(value.value) ? value.value : undefined;
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}
