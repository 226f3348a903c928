import { readableFields } from "../compile/entity-names.ts";
import type { Entity } from "../language/entity.ts";
import type { FieldConditions, Where } from "../language/flow.ts";
import { suggestion } from "../load/did-you-mean.ts";
import type { NodeContext } from "./node-compiler.ts";

export type AuthoredWhere = FieldConditions | string | boolean;

/** Normalises a `where` and checks the fields that it names. */
export function compileWhere(
  authored: AuthoredWhere | undefined,
  entity: Entity | undefined,
  context: NodeContext,
): Where | undefined {
  if (authored === undefined || typeof authored !== "object")
    return authored === undefined ? undefined : String(authored);
  for (const name of Object.keys(authored)) checkField(name, entity, ["where", name], context, "key");
  return authored;
}

/** Reports a field that the entity's rows lack. */
export function checkField(
  name: string,
  entity: Entity | undefined,
  path: readonly (string | number)[],
  { report }: NodeContext,
  at: "key" | "value" = "value",
): void {
  if (entity === undefined) return;
  const known = readableFields(entity);
  if (known.includes(name)) return;
  report("unknown-field", path, { name, entity: entity.name }, { hint: suggestion(name, known), at });
}
