import type { Scope } from "../expressions/scopes/scope.ts";
import { toolScope } from "../expressions/scopes/tool-scope.ts";
import { typeOfEntity } from "../expressions/types/entity-type.ts";
import { typeOfSchema } from "../expressions/types/schema-type.ts";
import { anyJson, objectOf, simple, type ValueType } from "../expressions/types/value-type.ts";
import type { Entity } from "../language/entity.ts";
import type { Scenario, ScenarioStep } from "../language/scenario.ts";
import type { Tool } from "../language/tool.ts";
import type { Workspace } from "../language/workspace.ts";

/** What a scenario is checked against. */
export interface ScenarioSpecs {
  readonly workspace: Workspace;
  readonly entities: readonly Entity[];
  readonly tools: readonly Tool[];
}

/** Where in a scenario an expression stands: at a given row, or at a step. */
export type ScenarioPlace = { readonly given: number } | { readonly step: number };

/** What an expression may read there: the rows and answers before it, `now` and `workspace`. */
export function scenarioScope(scenario: Scenario, specs: ScenarioSpecs, place: ScenarioPlace): Scope {
  const given = "given" in place ? scenario.given.slice(0, place.given) : scenario.given;
  const steps = "given" in place ? [] : scenario.steps.slice(0, place.step);
  const rows = given.flatMap(({ id, entity: name }) => {
    const entity = specs.entities.find((candidate) => candidate.name === name);
    return id === undefined
      ? []
      : [[id, entity === undefined ? anyJson : typeOfEntity(entity, specs.entities)] as const];
  });
  const answers = steps.flatMap((step) =>
    step.id === undefined ? [] : [[step.id, typeOfAnswer(step, specs)] as const],
  );
  const [tool] = specs.tools;
  const workspace = tool === undefined ? undefined : toolScope(tool, specs.workspace).names["workspace"];
  return {
    names: {
      given: objectOf(Object.fromEntries(rows), "given"),
      steps: objectOf(Object.fromEntries(answers), "steps"),
      now: simple("instant"),
      ...(workspace === undefined ? {} : { workspace }),
    },
    hidden: {
      input: "a scenario gives the input itself",
      caller: "a scenario gives the caller itself",
      nodes: "a scenario sees answers, not nodes; read steps.<id>.body",
      this: "a scenario names rows as given.<id>",
    },
  };
}

function typeOfAnswer({ tool: name, expect }: ScenarioStep, { tools }: ScenarioSpecs): ValueType {
  const tool = tools.find((candidate) => candidate.name === name);
  const isSuccess = expect.problem === undefined && isSuccessful(expect.status);
  const body = tool === undefined || !isSuccess ? anyJson : typeOfSchema(tool.output);
  return objectOf({ status: simple("integer"), headers: anyJson, body });
}

/** Whether a step's expected status says that the tool's own answer comes. */
export function isSuccessful(status: ScenarioStep["expect"]["status"]): boolean {
  return status === undefined || (typeof status === "number" && status < 400);
}
