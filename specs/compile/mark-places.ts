// Where the named parts of a spec stand: the keys of the SourceMap, as specs/bundle/bundle.ts documents them.
import { isJsonObject, type JsonValue } from "../json.ts";
import type { SpecFile } from "../load/spec-file.ts";
import type { Path } from "../load/yaml-span.ts";
import type { Marks, Places } from "./places.ts";

export function markWorkspace(file: SpecFile, places: Places): void {
  places.mark("workspace", { file, path: [] }, (marks) => {
    markDeep("workspace", [], file.value, file, marks);
  });
}

export function markEntity(file: SpecFile, places: Places): void {
  markNamed("entity", file, places);
}

export function markPolicy(file: SpecFile, places: Places): void {
  markNamed("policy", file, places);
}

function markNamed(kind: "entity" | "policy", file: SpecFile, places: Places): void {
  const { value } = file;
  if (!isJsonObject(value)) return;
  const key = `${kind}/${nameIn(value)}`;
  places.mark(key, { file, path: [] }, (marks) => {
    for (const [part, member] of Object.entries(value)) markPart(`${key}/${part}`, [part], member, file, marks);
  });
}

export function markAcknowledgements(file: SpecFile, places: Places): void {
  const list = isJsonObject(file.value) ? file.value["acknowledgements"] : undefined;
  if (!Array.isArray(list)) return;
  places.mark("acknowledgement", undefined, (marks) => {
    list.forEach((_, index) =>
      marks.set(`acknowledgement/${String(index)}`, { file, path: ["acknowledgements", index] }),
    );
  });
}

/** A scenario's parts; steps, given rows and replies by index, because their order is what counts. */
export function markScenario(file: SpecFile, places: Places): void {
  const { value } = file;
  if (!isJsonObject(value)) return;
  const key = `scenario/${nameIn(value)}`;
  places.mark(key, { file, path: [] }, (marks) => {
    markIndexed(key, [], value, file, marks);
  });
}

function markIndexed(key: string, path: Path, value: JsonValue, file: SpecFile, marks: Marks): void {
  for (const [step, member] of entriesOf(value)) {
    const [below, inner] = [[...path, step], `${key}/${String(step)}`];
    marks.set(inner, { file, path: below });
    markIndexed(inner, below, member, file, marks);
  }
}

/** A tool's own keys, and each node's below `node/ID`, whatever branch it stands in. */
export function markTool(file: SpecFile, name: string, nodes: ReadonlyMap<string, Path>, places: Places): void {
  const { value } = file;
  if (!isJsonObject(value)) return;
  const key = `tool/${name}`;
  // What is said of a whole tool stands at its name, where the file's first line would be some comment.
  places.mark(key, { file, path: ["name"] }, (marks) => {
    for (const [part, member] of Object.entries(value)) {
      if (part === "flow") marks.set(`${key}/flow`, { file, path: ["flow"] });
      else markPart(`${key}/${part}`, [part], member, file, marks);
    }
    markNodes(key, nodes, file, marks);
  });
}

function markNodes(key: string, nodes: ReadonlyMap<string, Path>, file: SpecFile, marks: Marks): void {
  const containers = new Set([...nodes.values()].map((path) => JSON.stringify(path.slice(0, -1))));
  for (const [id, path] of nodes) {
    marks.set(`${key}/node/${id}`, { file, path });
    const value = valueAt(file.value, path);
    if (isJsonObject(value)) markNode(`${key}/node/${id}`, path, value, containers, file, marks);
  }
}

/** Keys of a node down to, and not into, the lists of nodes inside it. */
function markNode(
  key: string,
  path: Path,
  value: JsonValue,
  containers: ReadonlySet<string>,
  file: SpecFile,
  marks: Marks,
): void {
  for (const [step, member] of entriesOf(value)) {
    const below = [...path, step];
    marks.set(`${key}/${String(step)}`, { file, path: below });
    if (!containers.has(JSON.stringify(below)))
      markNode(`${key}/${String(step)}`, below, member, containers, file, marks);
  }
}

function markPart(key: string, path: Path, value: JsonValue, file: SpecFile, marks: Marks): void {
  marks.set(key, { file, path });
  markDeep(key, path, value, file, marks);
}

/** Members by key; items of a list by their name where they have one, else by index. */
function markDeep(key: string, path: Path, value: JsonValue, file: SpecFile, marks: Marks): void {
  for (const [step, member] of entriesOf(value)) {
    const name = typeof step === "number" && isJsonObject(member) ? nameIn(member, String(step)) : String(step);
    markPart(`${key}/${name}`, [...path, step], member, file, marks);
  }
}

function entriesOf(value: JsonValue): readonly (readonly [string | number, JsonValue])[] {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item, index) => [index, item] as const);
  return isJsonObject(value) ? Object.entries(value) : [];
}

function nameIn(value: JsonValue, otherwise = ""): string {
  return isJsonObject(value) && typeof value["name"] === "string" ? value["name"] : otherwise;
}

function valueAt(value: JsonValue, path: Path): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const step of path) {
    if (Array.isArray(at)) at = (at as readonly JsonValue[])[Number(step)];
    else at = at !== undefined && isJsonObject(at) ? at[String(step)] : undefined;
  }
  return at;
}
