import { parametersOf } from "../compile/compile-trigger.ts";
import type { Tool } from "../language/tool.ts";

/** A path as the document writes it, and its parameters' names there by the names that the tool gives them. */
export interface SharedPath {
  readonly path: string;
  readonly names: ReadonlyMap<string, string>;
}

/**
 * Paths that differ in their parameters' names only are one path (OpenAPI 3.1.1, "Paths Object"): all are written as the first
 * tool by name has it. What a parameter is called is nothing that HTTP sees.
 */
export function sharedPath(path: string, tools: readonly Tool[]): SharedPath {
  const same = tools.flatMap(({ trigger }) => (trigger.type === "schedule" ? [] : [trigger.path]));
  const first = same.find((other) => shapeOf(other) === shapeOf(path)) ?? path;
  const shared = parametersOf(first);
  return { path: first, names: new Map(parametersOf(path).map((name, index) => [name, shared[index] ?? name])) };
}

function shapeOf(path: string): string {
  return path.replaceAll(/\{[^}]*\}/gu, "{}");
}
