// Decision: a scenario is checked against the bundle like every other spec; what a step gets wrong on purpose (its expected
// status says so) is left to the executor.
import type { Diagnostic } from "../diagnostic.ts";
import { checkTemplate } from "../expressions/check/check-template.ts";
import { typeOfEntity } from "../expressions/types/entity-type.ts";
import type { Scenario } from "../language/scenario.ts";
import { suggestion } from "../load/did-you-mean.ts";
import { placed, type Report, reporter } from "../load/report.ts";
import { scalarOffset } from "../load/scalar-offset.ts";
import type { SpecFile } from "../load/spec-file.ts";
import { spanAt } from "../load/yaml-span.ts";
import { checkStep } from "./check-scenario-step.ts";
import { readableFields } from "./entity-names.ts";
import { checkInstant, checkProviders, entityAt, type ScenarioCheck } from "./scenario-check.ts";
import { type ScenarioSpecs, scenarioScope } from "./scenario-scope.ts";

/** Reports what of a scenario the specs do not have: tools, entities, fields, roles, providers, steps, matchers. */
export function checkScenario(scenario: Scenario, file: SpecFile, specs: ScenarioSpecs, sink: Diagnostic[]): void {
  const report = reporter(file, sink);
  const check: ScenarioCheck = {
    scenario,
    specs,
    report,
    template: (value, path, scope, expects) => {
      for (const problem of checkTemplate(value, scope, expects).problems) {
        const below = problem.path === "" ? [] : problem.path.split("/");
        const { node } = spanAt(file.root, [...path, ...below]);
        const offset = scalarOffset(file.source, node, problem.offset);
        sink.push(placed(file.source, offset, problem.code, problem.message, problem.hint));
      }
    },
  };
  checkInstant(scenario.now, ["now"], report);
  checkUnique(scenario.given, "given", report);
  checkUnique(scenario.steps, "steps", report);
  checkProviders(check, scenario.providers, ["providers"], scenarioScope(scenario, specs, { step: 0 }));
  scenario.given.forEach((_, index) => checkGiven(check, index));
  scenario.steps.forEach((_, index) => checkStep(check, index));
}

function checkUnique(items: readonly { readonly id?: string }[], list: string, report: Report): void {
  const ids = items.map(({ id }) => id);
  ids.forEach((id, index) => {
    if (id !== undefined && ids.indexOf(id) < index) report("duplicate-item", [list, index, "id"], { name: id, list });
  });
}

function checkGiven(check: ScenarioCheck, index: number): void {
  const { scenario, specs, report } = check;
  const { entity: name = "", values = {} } = scenario.given[index] ?? {};
  const path = ["given", index, "values"];
  const entity = entityAt(check, name, ["given", index, "entity"]);
  if (entity === undefined) return;
  const scope = scenarioScope(scenario, specs, { given: index });
  const { fields } = typeOfEntity(entity, specs.entities);
  for (const [key, value] of Object.entries(values)) {
    const type = fields[key];
    const isComputed = entity.fields.find((field) => field.name === key)?.computed !== undefined;
    if (type === undefined) {
      const hint = suggestion(key, readableFields(entity));
      report("unknown-field", [...path, key], { entity: name, name: key }, { hint, at: "key" });
    } else if (isComputed) report("computed-given", [...path, key], { name: key }, { at: "key" });
    else check.template(value, [...path, key], scope, { type, name: `"${key}"` });
  }
  const missing = entity.fields.filter(
    ({ name: field, nullable, generated, computed, default: implied }) =>
      !(nullable || generated || computed !== undefined || implied !== undefined || Object.hasOwn(values, field)) &&
      field !== entity.status?.field,
  );
  const names = missing.map((field) => field.name).join('", "');
  if (names !== "") report("missing-value", path, { entity: name, name: names });
}
