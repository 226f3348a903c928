import type { Props } from "./cloud-rule.ts";

export function isProps(value: unknown): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path of keys; undefined where a key is missing on the way. */
export function valueAt(props: Props, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isProps(value) ? value[key] : undefined), props);
}

/** The text at a path; undefined where there is none. */
export function textAt(props: Props, ...path: readonly string[]): string | undefined {
  const value = valueAt(props, ...path);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The objects in the list at a path. */
export function listAt(props: Props, ...path: readonly string[]): readonly Props[] {
  const value = valueAt(props, ...path);
  return Array.isArray(value) ? value.filter(isProps) : [];
}

/** The texts in the list at a path. */
export function textsAt(props: Props, ...path: readonly string[]): readonly string[] {
  const value = valueAt(props, ...path);
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** Whether there is something at a path; what is not known yet is something. */
export function isGivenAt(props: Props, ...path: readonly string[]): boolean {
  try {
    return valueAt(props, ...path) !== undefined;
  } catch (error) {
    if (error instanceof Error && "unknownTypeSentinel" in error) return true;
    throw error;
  }
}
