import { isJsonObject, type JsonValue } from "../../json.ts";
import type { Tool } from "../../language/tool.ts";
import type { Workspace } from "../../language/workspace.ts";
import { joinTypes } from "../types/join-types.ts";
import { typeOfSchema } from "../types/schema-type.ts";
import {
  anyJson,
  listOf,
  nullType,
  type ObjectType,
  objectOf,
  simple,
  type ValueType,
  withNull,
} from "../types/value-type.ts";
import type { Scope } from "./scope.ts";

/** What every expression of a tool may read, its nodes left aside: `input`, `caller`, `now`, `workspace`. */
export function toolScope(tool: Tool, workspace: Workspace): Scope {
  return {
    names: {
      input: named(typeOfSchema(tool.input), "input"),
      caller: typeOfCaller(tool),
      now: simple("instant"),
      workspace: typeOfWorkspace(workspace),
    },
    hidden: {
      this: "a row stands only in entities and in a `where` that is one expression",
      old: "the row before a change stands only in invariants",
      nodes: "no node has run yet",
      item: "it stands only inside a forEach",
    },
  };
}

/** A caller's fields are null where nobody signs in: public tools, webhooks and schedules. */
function typeOfCaller({ authorize }: Tool): ObjectType {
  const isAnonymous = authorize.type !== "roles";
  return objectOf(
    {
      subject: withNull(simple("string"), isAnonymous),
      roles: listOf(simple("string")),
      email: withNull(simple("string")),
      tenant: withNull(simple("string")),
      claims: anyJson,
    },
    "caller",
  );
}

function typeOfWorkspace(workspace: Workspace): ObjectType {
  const values = Object.entries(workspace.values).map(([name, value]) => [name, typeOfValue(value)] as const);
  return objectOf(
    {
      name: simple("string"),
      environment: simple("string"),
      values: objectOf(Object.fromEntries(values), "workspace.values"),
    },
    "workspace",
  );
}

/** The type of a value as an environment may replace it: text is any text, an object has just these fields. */
function typeOfValue(value: JsonValue): ValueType {
  if (value === null) return nullType;
  if (typeof value === "string") return simple("string");
  if (typeof value === "boolean") return simple("boolean");
  if (typeof value === "number") return simple(Number.isSafeInteger(value) ? "integer" : "number");
  if (isJsonObject(value)) {
    return objectOf(
      Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, typeOfValue(inner)] as const)),
    );
  }
  const elements = value.map(typeOfValue);
  const [first, ...rest] = elements;
  return listOf(first === undefined ? anyJson : rest.reduce((all, one) => joinTypes(all, one) ?? anyJson, first));
}

function named(type: ValueType, name: string): ValueType {
  return type.kind === "object" ? { ...type, name } : type;
}
