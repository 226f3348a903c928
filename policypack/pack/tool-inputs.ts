import { type Acknowledgement, type Digest, digestOf, isJsonObject, type JsonValue, type Slice } from "@lintel/specs";
import { isText, knownValue, plainValue } from "./plain-value.ts";

/** What a Tool resource says about itself, with the digest computed from what it carries. */
export interface ToolInputs {
  readonly workspace: string;
  readonly slice: Slice;
  readonly digest: Digest;
  readonly acknowledgements: readonly Acknowledgement[];
}

/** The inputs of a Tool, or the reason why they prove nothing. */
export type ReadInputs = { readonly inputs: ToolInputs } | { readonly problem: string };

export function readToolInputs(props: Readonly<Record<string, unknown>>, resource: string): ReadInputs {
  const slice = plainValue(props, "slice");
  if (slice.type === "missing") {
    return {
      problem: `the Tool "${resource}" carries no slice of its specs, so nothing can be judged; unset what strips component inputs`,
    };
  }
  if (slice.type === "unknown")
    return { problem: `the slice of the Tool "${resource}" is not known yet; pass it as a plain value` };
  const name = toolName(slice.value);
  const digest = digestOf(slice.value);
  const claimed = knownValue(plainValue(props, "digest"), isText);
  const workspace = knownValue(plainValue(props, "workspace"), isText);
  if (workspace === undefined) return { problem: `the Tool "${resource}" does not say which workspace it belongs to` };
  if (name === undefined || name !== knownValue(plainValue(props, "name"), isText)) {
    return { problem: `the Tool "${resource}" carries the slice of another tool, "${name ?? "?"}"` };
  }
  if (claimed !== digest) {
    return {
      problem: `the Tool "${resource}" says digest ${claimed ?? "none"}, its slice has ${digest}; compile the specs again`,
    };
  }
  const acknowledgements = knownValue(plainValue(props, "acknowledgements"), isList) ?? [];
  return {
    inputs: {
      workspace,
      slice: slice.value as unknown as Slice,
      digest,
      acknowledgements: acknowledgements.flatMap(toAcknowledgement),
    },
  };
}

function toolName(slice: JsonValue): string | undefined {
  const name = isJsonObject(slice) && isJsonObject(slice["tool"]) ? slice["tool"]["name"] : undefined;
  return typeof name === "string" ? name : undefined;
}

function isList(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Every text that an acknowledgement must have; what is not there is empty, and so accepts nothing. */
function toAcknowledgement(value: JsonValue): readonly Acknowledgement[] {
  if (!isJsonObject(value)) return [];
  const text = (key: string): string => (typeof value[key] === "string" ? value[key] : "");
  const entry = {
    tool: text("tool"),
    rule: text("rule"),
    fingerprint: text("fingerprint"),
    reason: text("reason"),
    by: text("by"),
    expires: text("expires"),
  };
  return [typeof value["node"] === "string" ? { ...entry, node: value["node"] } : entry];
}
