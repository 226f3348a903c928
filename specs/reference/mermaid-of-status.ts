import type { Entity } from "../language/entity.ts";
import { mermaidLabel } from "./mermaid-text.ts";

/** The status machine as a Mermaid state diagram; undefined for an entity without one. */
export function mermaidOfStatus({ status }: Entity): string | undefined {
  if (status === undefined) return undefined;
  const ids = new Map(status.states.map((state, index) => [state, `s${String(index)}`] as const));
  const id = (state: string): string => ids.get(state) ?? "s";
  const lines = [
    ...status.states.map((state) => `state "${mermaidLabel(state)}" as ${id(state)}`),
    `[*] --> ${id(status.initial)}`,
    ...status.transitions.flatMap(({ name, from, to }) =>
      from.map((state) => `${id(state)} --> ${id(to)} : ${transitionLabel(name)}`),
    ),
    ...status.final.map((state) => `${id(state)} --> [*]`),
  ];
  return ["stateDiagram-v2", ...lines.map((line) => `  ${line}`), ""].join("\n");
}

/** Not in quotes, where a second colon would begin something else. */
function transitionLabel(name: string): string {
  return mermaidLabel(name).replaceAll(":", "#58;");
}
