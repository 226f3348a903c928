// Decision: an operation says what the data is afterwards; the text is spliced to say the same, and parsed again to prove it.
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { Path } from "../load/yaml-span.ts";
import { EditError } from "./edit-error.ts";

/** One change of a document. Paths are steps of keys and indexes from its root. */
export type EditOperation =
  /** Replaces what stands at the path, or adds the last step as a key; `after` names the key that a new one follows, the last by default. */
  | { readonly type: "set"; readonly path: Path; readonly value: JsonValue; readonly after?: string }
  /** Removes a key or an item, with the comment on its lines. */
  | { readonly type: "remove"; readonly path: Path }
  /** Puts an item into the list at the path; `comment` are lines above it, without `#`. */
  | {
      readonly type: "insert";
      readonly path: Path;
      readonly index: number;
      readonly value: JsonValue;
      readonly comment?: readonly string[];
    }
  /** Puts `count` items of the list at the path into one new item: `fields`, and under `key` the items. */
  | {
      readonly type: "wrap";
      readonly path: Path;
      readonly index: number;
      readonly count: number;
      readonly fields: JsonObject;
      readonly key: string;
    }
  /** Takes the item at `from` out and puts it into the list at `to`; `to` and `index` count when it is out. */
  | { readonly type: "move"; readonly from: Path; readonly to: Path; readonly index: number };

/** What the data is after the operation. @throws EditError when the place is not there. */
export function applyToValue(operation: EditOperation, value: JsonValue): JsonValue {
  switch (operation.type) {
    case "set":
      return at(value, parentOf(operation.path), (parent) => put(parent, lastOf(operation.path), operation.value));
    case "remove":
      return at(value, parentOf(operation.path), (parent) => without(parent, lastOf(operation.path)));
    case "insert":
      return at(value, operation.path, (list) => listOf(list).toSpliced(operation.index, 0, operation.value));
    case "wrap": {
      const { index, count, fields, key, path } = operation;
      const wrapped = (list: JsonValue): JsonValue =>
        listOf(list).toSpliced(index, count, { ...fields, [key]: listOf(list).slice(index, index + count) });
      return at(value, path, wrapped);
    }
    case "move": {
      const item = valueAt(value, operation.from);
      const rest = applyToValue({ type: "remove", path: operation.from }, value);
      return applyToValue({ type: "insert", path: operation.to, index: operation.index, value: item }, rest);
    }
  }
}

export function parentOf(path: Path): Path {
  return path.slice(0, -1);
}

export function lastOf(path: Path): string | number {
  return path.at(-1) ?? "";
}

export function noSuchPlace(path: Path): EditError {
  return new EditError("no-such-place", `there is no ${path.join("/")} to edit`);
}

function at(value: JsonValue, path: Path, change: (value: JsonValue) => JsonValue): JsonValue {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  return put(value, step, at(valueAt(value, [step]), rest, change));
}

function valueAt(value: JsonValue, path: Path): JsonValue {
  return path.reduce<JsonValue>((within, step) => {
    const found = Array.isArray(within) ? (within as readonly JsonValue[])[Number(step)] : memberOf(within, step);
    if (found === undefined) throw noSuchPlace(path);
    return found;
  }, value);
}

function memberOf(value: JsonValue, step: string | number): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

function put(value: JsonValue, step: string | number, member: JsonValue): JsonValue {
  if (!Array.isArray(value)) {
    if (!isJsonObject(value)) throw noSuchPlace([step]);
    return { ...value, [step]: member };
  }
  if (!(Number(step) in value)) throw noSuchPlace([step]);
  return (value as readonly JsonValue[]).with(Number(step), member);
}

function without(value: JsonValue, step: string | number): JsonValue {
  valueAt(value, [step]);
  if (Array.isArray(value)) return (value as readonly JsonValue[]).toSpliced(Number(step), 1);
  return Object.fromEntries(Object.entries(value as JsonObject).filter(([key]) => key !== String(step)));
}

function listOf(value: JsonValue): readonly JsonValue[] {
  if (!Array.isArray(value)) throw new EditError("no-such-place", "items stand in a list, and this is none");
  return value as readonly JsonValue[];
}
