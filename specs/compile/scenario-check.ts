// What the checks of a scenario share.
import type { Expectation } from "../expressions/check/check-template.ts";
import type { Scope } from "../expressions/scopes/scope.ts";
import { typeOfSchema } from "../expressions/types/schema-type.ts";
import { isJsonObject, type JsonValue } from "../json.ts";
import type { Entity } from "../language/entity.ts";
import type { Scenario } from "../language/scenario.ts";
import { suggestion } from "../load/did-you-mean.ts";
import type { Path, Report } from "../load/report.ts";
import { isInstant } from "./calendar.ts";
import { checkMatchers } from "./check-matchers.ts";
import { readableFields } from "./entity-names.ts";
import type { ScenarioSpecs } from "./scenario-scope.ts";

/** A scenario under check. */
export interface ScenarioCheck {
  readonly scenario: Scenario;
  readonly specs: ScenarioSpecs;
  readonly report: Report;
  /** Type-checks the expressions of a template that stands at a path. */
  readonly template: (value: JsonValue, path: Path, scope: Scope, expects?: Expectation) => void;
}

/** Reports an instant that the calendar does not have. */
export function checkInstant(value: string | undefined, path: Path, report: Report): void {
  if (value === undefined || value.startsWith("+") || isInstant(value)) return;
  report("bad-date", path, { value });
}

/** Reports providers that workspace.yaml does not declare; names with a dot or colon are hosts of calls without one. */
export function checkProviders(check: ScenarioCheck, replies: Scenario["providers"], path: Path, scope: Scope): void {
  for (const [name, list] of Object.entries(replies)) {
    checkProvider(check, name, [...path, name], "key");
    list.forEach(({ body = null }, index) => check.template(body, [...path, name, index, "body"], scope));
  }
}

/** Reports a provider that workspace.yaml does not declare. */
export function checkProvider({ specs, report }: ScenarioCheck, name: string, path: Path, at: "key" | "value"): void {
  const known = specs.workspace.providers.map((provider) => provider.name);
  if (known.includes(name) || /[.:]/u.test(name)) return;
  report("unknown-provider", path, { name }, { hint: suggestion(name, known), at });
}

/** The entity of that name, reported where there is none. */
export function entityAt({ specs, report }: ScenarioCheck, name: string, path: Path): Entity | undefined {
  const entity = specs.entities.find((candidate) => candidate.name === name);
  if (entity !== undefined) return entity;
  const names = specs.entities.map((candidate) => candidate.name);
  report("unknown-entity", path, { name }, { hint: suggestion(name, names) });
  return undefined;
}

/** Reports fields of rows that the entity does not have, and checks matchers and expressions of the others. */
export function checkRow(check: ScenarioCheck, entity: Entity, value: JsonValue, path: Path, scope: Scope): void {
  checkExpected(check, value, path, scope);
  if (!isJsonObject(value)) return;
  const names = readableFields(entity);
  for (const key of Object.keys(value)) {
    if (names.includes(key) || key.startsWith("$")) continue;
    const hint = suggestion(key, names);
    check.report("unknown-field", [...path, key], { entity: entity.name, name: key }, { hint, at: "key" });
  }
}

/** Checks matchers and expressions of what is expected. */
export function checkExpected(check: ScenarioCheck, value: JsonValue, path: Path, scope: Scope): void {
  checkMatchers(value, path, check.report);
  check.template(value, path, scope);
}

/** The properties that a schema's objects are known to have, undefined where others may be there too. */
export function knownProperties(schema: JsonValue): readonly string[] | undefined {
  const type = typeOfSchema(schema);
  if (type.kind === "money") return ["amount", "currency"];
  return type.kind !== "object" || type.isOpen ? undefined : Object.keys(type.fields);
}
