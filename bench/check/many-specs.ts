// Workspaces of any size: the reservations example again and again, each time with names and paths of its own.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface BenchFile {
  readonly path: string;
  readonly text: string;
}

const example = join(import.meta.dirname, "../../examples/reservations");
const entities = /\b(Customer|Payment|Reservation|Room)\b/g;

/** The files of a workspace with at least so many tool files (seven to a copy), each copy with its four entities. */
export function manySpecs(tools: number): readonly BenchFile[] {
  const files = exampleFiles();
  const toolFiles = files.filter(({ path }) => path.startsWith("tools/"));
  const entityFiles = files.filter(({ path }) => path.startsWith("entities/"));
  const others = files.filter((file) => !toolFiles.includes(file) && !entityFiles.includes(file));
  const copies = Math.ceil(tools / toolFiles.length);
  const copied = Array.from({ length: copies }, (_, copy) => [
    ...entityFiles.map((file) => copyOf(file, copy)),
    ...toolFiles.slice(0, tools - copy * toolFiles.length).map((file) => copyOf(file, copy)),
  ]);
  return [...others, ...copied.flat()];
}

/** The example as it is. */
export function exampleFiles(): readonly BenchFile[] {
  const names = readdirSync(example, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yaml"));
  return names.map((path) => ({ path, text: readFileSync(join(example, path), "utf8") }));
}

function copyOf({ path, text }: BenchFile, copy: number): BenchFile {
  if (copy === 0) return { path, text };
  const suffix = String(copy);
  return {
    path: path.replace(".yaml", `-${suffix}.yaml`),
    text: text
      .replace(entities, `$1Of${suffix}`)
      .replace(/^name: (\S+-\S+)$/m, `name: $1-${suffix}`)
      .replace(/path: ("?)\//, `path: $1/of-${suffix}/`),
  };
}

/** The files of a workspace whose one tool has so many nodes: transforms of which each reads the one before, and writes. */
export function manyNodes(nodes: number): readonly BenchFile[] {
  const flow = Array.from({ length: nodes }, (_, index) => {
    const id = `n${String(index)}`;
    const value = index === 0 ? "${input.guests}" : `\${nodes.n${String(index - 1)}.value + ${String(index)}}`;
    return `  - { id: ${id}, type: transform, value: { value: "${value}" } }`;
  });
  const tool = `apiVersion: lintel/v1
kind: Tool
name: long-flow
trigger: { http: { method: POST, path: /long } }
authorize: { roles: [agent] }
input: { type: object, required: [guests], properties: { guests: { type: integer } } }
output: { type: object, required: [value], properties: { value: { type: integer } } }
flow:
${flow.join("\n")}
respond: { value: "\${nodes.n${String(nodes - 1)}.value}" }
`;
  const others = exampleFiles().filter(({ path }) => path === "workspace.yaml" || path.startsWith("entities/"));
  return [...others, { path: "tools/long-flow.yaml", text: tool }];
}
