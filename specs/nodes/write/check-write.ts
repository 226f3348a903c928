import { systemFields } from "../../compile/entity-names.ts";
import { erasedValue } from "../../compile/erased-value.ts";
import type { Entity, Field } from "../../language/entity.ts";
import type { ValueTemplate, WriteAction } from "../../language/flow.ts";
import { suggestion } from "../../load/did-you-mean.ts";
import type { NodeContext } from "../node-compiler.ts";

/** Checks that the values are writable fields of the entity and, on create, that none is missing. */
export function checkValues(
  action: WriteAction,
  values: Readonly<Record<string, ValueTemplate>>,
  entity: Entity,
  { report }: NodeContext,
): void {
  for (const name of Object.keys(values)) {
    const path = ["values", name];
    const field = entity.fields.find((candidate) => candidate.name === name);
    const reason = field === undefined ? undefined : unwritable(action, field);
    if (name === entity.status?.field) report("status-written", path, { name }, { at: "key" });
    else if (systemFields.includes(name))
      report("not-writable", path, { name, reason: "the executor's" }, { at: "key" });
    else if (field === undefined) {
      const known = entity.fields.filter((candidate) => unwritable(action, candidate) === undefined);
      const hint = suggestion(
        name,
        known.map((candidate) => candidate.name),
      );
      report("unknown-field", path, { name, entity: entity.name }, { hint, at: "key" });
    } else if (reason !== undefined) report("not-writable", path, { name, reason }, { at: "key" });
  }
  if (action !== "create") return;
  for (const { name } of entity.fields.filter(isNeeded)) {
    const isTenant = name === entity.tenant?.field;
    if (!Object.hasOwn(values, name) && !isTenant) report("missing-value", ["values"], { name, entity: entity.name });
  }
}

function unwritable(action: WriteAction, field: Field): string | undefined {
  if (field.generated) return "generated";
  if (field.computed !== undefined) return "computed";
  return field.name === "id" && action !== "create" ? "the key" : undefined;
}

function isNeeded(field: Field): boolean {
  return !field.generated && field.computed === undefined && !field.nullable && field.default === undefined;
}

export function checkTransition(name: string, entity: Entity, { report }: NodeContext): void {
  if (entity.status === undefined) {
    report("no-status", ["transition"], { entity: entity.name });
    return;
  }
  const known = entity.status.transitions.map((transition) => transition.name);
  if (known.includes(name)) return;
  report("unknown-transition", ["transition"], { name, entity: entity.name }, { hint: suggestion(name, known) });
}

/** Every personal field has something that an erasure can leave in its place. */
export function checkErasure(entity: Entity, { report }: NodeContext): void {
  const personal = entity.fields.filter((field) => field.personal);
  if (personal.length === 0) report("nothing-personal", ["action"], { entity: entity.name });
  for (const field of personal) {
    const erased = erasedValue(entity, field);
    if (erased.type !== "impossible") continue;
    report("not-erasable", ["action"], { name: field.name, entity: entity.name, reason: erased.reason });
  }
}
