import type { Scope } from "../expressions/scopes/scope.ts";
import { typeOfSchema } from "../expressions/types/schema-type.ts";
import { fieldNames, type ValueType } from "../expressions/types/value-type.ts";
import { isJsonObject, type JsonValue } from "../json.ts";
import type { ScenarioStep } from "../language/scenario.ts";
import type { Tool, Trigger } from "../language/tool.ts";
import { suggestion } from "../load/did-you-mean.ts";
import type { Path } from "../load/report.ts";
import { checkRoles } from "./check-roles.ts";
import {
  checkExpected,
  checkInstant,
  checkProvider,
  checkProviders,
  checkRow,
  entityAt,
  knownProperties,
  type ScenarioCheck,
} from "./scenario-check.ts";
import { isSuccessful, scenarioScope } from "./scenario-scope.ts";

/** Reports what is wrong with one step. */
export function checkStep(check: ScenarioCheck, index: number): void {
  const { scenario, specs, report } = check;
  const step = scenario.steps[index];
  if (step === undefined) return;
  const path = ["steps", index];
  const scope = scenarioScope(scenario, specs, { step: index });
  const tool = toolAt(check, step.tool, [...path, "tool"]);
  checkInstant(step.at, [...path, "at"], report);
  checkInstant(step.delivery.sentAt, [...path, "delivery", "sentAt"], report);
  checkCaller(check, step, path, scope);
  check.template(step.input, [...path, "input"], scope);
  check.template(step.headers, [...path, "headers"], scope);
  check.template(step.idempotencyKey ?? null, [...path, "idempotencyKey"], scope);
  checkProviders(check, step.providers, [...path, "providers"], scope);
  if (tool !== undefined) {
    checkApplies(check, tool.trigger, path);
    checkInput(check, tool, step, [...path, "input"]);
  }
  checkExpectation(check, step, tool, [...path, "expect"], scope);
}

function toolAt({ specs, report }: ScenarioCheck, name: string, path: Path): Tool | undefined {
  const tool = specs.tools.find((candidate) => candidate.name === name);
  if (tool !== undefined) return tool;
  const names = specs.tools.map((candidate) => candidate.name);
  report("unknown-tool", path, { name }, { hint: suggestion(name, names) });
  return undefined;
}

/** Of a caller that the step names, the roles are reported where they stand. */
function checkCaller(check: ScenarioCheck, { caller }: ScenarioStep, path: Path, scope: Scope): void {
  if (caller === undefined) return;
  const declared = { entities: new Map(), workspace: check.specs.workspace, policies: new Set<string>() };
  checkRoles(caller.roles, [...path, "caller", "roles"], declared, check.report);
  check.template(caller.claims, [...path, "caller", "claims"], scope);
  check.template(caller.subject ?? null, [...path, "caller", "subject"], scope);
}

/** Keys by trigger that mean nothing there. */
const foreignKeys: Readonly<Record<Trigger["type"], readonly (keyof ScenarioStep)[]>> = {
  http: ["delivery"],
  webhook: ["caller", "idempotencyKey"],
  schedule: ["caller", "idempotencyKey", "delivery", "input"],
};

function checkApplies({ scenario, report }: ScenarioCheck, trigger: Trigger, path: Path): void {
  const step = scenario.steps[Number(path[1])];
  for (const key of foreignKeys[trigger.type]) {
    const value = step?.[key];
    const isWritten = isJsonObject(value)
      ? Object.keys(value).some((name) => name !== "signature")
      : value !== undefined;
    if (isWritten) report("key-does-not-apply", [...path, key], { key }, { at: "key" });
  }
}

function checkInput({ report }: ScenarioCheck, tool: Tool, { input, expect }: ScenarioStep, path: Path): void {
  const names = knownProperties(tool.input);
  if (names === undefined || expect.problem !== undefined || !isSuccessful(expect.status)) return;
  for (const name of Object.keys(input)) {
    if (names.includes(name)) continue;
    report("unknown-input", [...path, name], { tool: tool.name, name }, { hint: suggestion(name, names), at: "key" });
  }
}

function checkExpectation(
  check: ScenarioCheck,
  { expect }: ScenarioStep,
  tool: Tool | undefined,
  path: Path,
  scope: Scope,
): void {
  const { status = null, body = null, headers = null, audit = null, writes, calls = [], problem } = expect;
  checkExpected(check, status, [...path, "status"], scope);
  checkExpected(check, body, [...path, "body"], scope);
  checkExpected(check, headers, [...path, "headers"], scope);
  checkExpected(check, audit, [...path, "audit"], scope);
  if (tool !== undefined && problem === undefined && isSuccessful(expect.status)) {
    checkNames(check, typeOfSchema(tool.output), body, tool.name, [...path, "body"]);
  }
  writes.forEach(({ entity: name, where, values = null }, index) => {
    const at = [...path, "writes", index];
    const entity = entityAt(check, name, [...at, "entity"]);
    if (entity === undefined) return;
    checkRow(check, entity, where, [...at, "where"], scope);
    checkRow(check, entity, values, [...at, "values"], scope);
  });
  calls.forEach((call, index) => {
    const at = [...path, "calls", index];
    checkExpected(check, call, at, scope);
    const provider = isJsonObject(call) ? call["provider"] : undefined;
    if (typeof provider === "string") checkProvider(check, provider, [...at, "provider"], "value");
  });
}

/** Reports properties that the tool's output schema does not have; the answer never holds them. */
function checkNames(check: ScenarioCheck, type: ValueType, expected: JsonValue, tool: string, path: Path): void {
  if (type.kind === "list" && Array.isArray(expected)) {
    (expected as readonly JsonValue[]).forEach((item, index) =>
      checkNames(check, type.element, item, tool, [...path, index]),
    );
  }
  if (type.kind !== "object" || !isJsonObject(expected)) return;
  for (const [name, value] of Object.entries(expected)) {
    const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
    if (field !== undefined) checkNames(check, field, value, tool, [...path, name]);
    else if (!type.isOpen && !name.startsWith("$") && value !== "$absent") {
      const hint = suggestion(name, fieldNames(type));
      check.report("unknown-output", [...path, name], { tool, name }, { hint, at: "key" });
    }
  }
}
