import type { Entity } from "../language/entity.ts";
import type { Path, Report } from "../load/report.ts";
import type { Declared } from "./compilation.ts";

/** What is renamed is gone under its old name, and what values become is in the list. */
export function checkRenames(entity: Entity, declared: Declared, report: Report): void {
  const { renamedFrom, fields, status } = entity;
  if (renamedFrom !== undefined && declared.entities.has(renamedFrom)) {
    report("renamed-still-there", ["renamedFrom"], { name: renamedFrom });
  }
  const first = [...declared.entities.values()].find((other) => other?.renamedFrom === renamedFrom);
  if (renamedFrom !== undefined && first !== undefined && first.name !== entity.name) {
    report("renamed-twice", ["renamedFrom"], { name: renamedFrom, first: first.name });
  }
  const names = new Set(fields.map(({ name }) => name));
  if (status !== undefined) names.add(status.field);
  for (const field of fields) {
    const path = ["fields", field.name];
    if (field.renamedFrom !== undefined && names.has(field.renamedFrom)) {
      report("renamed-still-there", [...path, "renamedFrom"], { name: field.renamedFrom });
    }
    const first = fields.find(({ renamedFrom }) => renamedFrom === field.renamedFrom);
    if (field.renamedFrom !== undefined && first !== field) {
      report("renamed-twice", [...path, "renamedFrom"], { name: field.renamedFrom, first: first?.name ?? "" });
    }
    checkMapping(field.renamedValues, field.values ?? [], [...path, "renamedValues"], report);
  }
  if (status !== undefined) checkMapping(status.renamedStates, status.states, ["status", "renamedStates"], report);
}

function checkMapping(
  mapping: Readonly<Record<string, string>> | undefined,
  values: readonly string[],
  path: Path,
  report: Report,
): void {
  for (const [name, to] of Object.entries(mapping ?? {})) {
    if (values.includes(name)) report("renamed-still-there", [...path, name], { name }, { at: "key" });
    if (!values.includes(to)) report("renamed-to-unknown", [...path, name], { name, to });
  }
}
