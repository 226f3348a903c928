import {
  type CompiledSpecs,
  compileTemplate,
  type JsonObject,
  type JsonValue,
  locate,
  newFuel,
  type ProviderReplies,
  type ProviderReply,
  parseDuration,
  type Scenario,
  type ScenarioPlace,
  type ScenarioStep,
  type SourcePosition,
  scenarioScope,
} from "@lintel/specs";
import { insertRow } from "../local/rows.ts";
import type { ProviderCall } from "../local/stand-ins.ts";
import { type PlannedCall, steadyId } from "./build-call.ts";
import { checkStep, defined, type Expected, type FoundProblem } from "./check-step.ts";
import type { Lane, Observation } from "./lane.ts";
import type { Laws } from "./laws/laws.ts";
import type { Problem, ScenarioFailure, ScenarioResult, ShownCall } from "./results.ts";

export interface ScenarioRun {
  readonly specs: CompiledSpecs;
  readonly laws: Laws;
  readonly lane: Lane;
}

/** Works out a template at a place of the scenario. */
type WorkOut = (template: JsonValue, place: ScenarioPlace) => JsonValue;

/** Runs a scenario on an empty database, up to the first step that does not go as expected. Never rejects for what specs can do. */
export async function runScenario(run: ScenarioRun, scenario: Scenario): Promise<ScenarioResult> {
  const begun = performance.now();
  const at = placeIn(run.specs, scenario);
  const failure = await failureOf(run, scenario, at);
  return {
    name: scenario.name,
    ...(scenario.description === undefined ? {} : { description: scenario.description }),
    ...at([]),
    duration: Math.round(performance.now() - begun),
    ...(failure === undefined ? {} : { failure }),
  };
}

type PlaceOf = (path: readonly (string | number)[]) => SourcePosition;

function placeIn({ sources }: CompiledSpecs, { name }: Scenario): PlaceOf {
  return (path) => {
    const found = locate(sources, ["scenario", name, ...path].join("/"));
    return found ?? { file: `scenarios/${name}.yaml`, line: 1, column: 1 };
  };
}

async function failureOf(run: ScenarioRun, scenario: Scenario, at: PlaceOf): Promise<ScenarioFailure | undefined> {
  const { bundle } = run.specs;
  const context: { given: Record<string, JsonValue>; steps: Record<string, JsonValue>; now: string } = {
    given: {},
    steps: {},
    now: scenario.now,
  };
  const { name, environment, values } = bundle.workspace;
  const workOut: WorkOut = (template, place) =>
    compileTemplate(template, scenarioScope(scenario, bundle, place))(
      { ...context, now: canonicalInstant(context.now), workspace: { name, environment, values } },
      newFuel(),
    );
  await run.lane.reset();
  const refused = await giveRows(run, scenario, workOut, context.given, at);
  if (refused !== undefined) return refused;
  for (const [index, step] of scenario.steps.entries()) {
    context.now = clockAt(context.now, step.at);
    const here = (path: readonly (string | number)[]) => at(["steps", index, ...path]);
    const outcome = await runStep(run, scenario, index, context.now, workOut, here);
    if ("problems" in outcome) return outcome;
    if (step.id !== undefined) {
      const { status, headers, body } = outcome.answer;
      context.steps[step.id] = { status, headers, body };
    }
  }
  return undefined;
}

/** `2026-03-01T09:00:00Z` as expressions have it, with milliseconds. */
function canonicalInstant(text: string): string {
  return new Date(text).toISOString();
}

function clockAt(now: string, at: string | undefined): string {
  if (at === undefined) return now;
  if (!at.startsWith("+")) return at;
  return new Date(Date.parse(now) + (parseDuration(at.slice(1)) ?? 0)).toISOString();
}

async function giveRows(
  { specs, lane }: ScenarioRun,
  scenario: Scenario,
  workOut: WorkOut,
  given: Record<string, JsonValue>,
  at: PlaceOf,
): Promise<ScenarioFailure | undefined> {
  for (const [index, row] of scenario.given.entries()) {
    const entity = specs.bundle.entities.find(({ name }) => name === row.entity);
    if (entity === undefined) continue;
    const path = ["given", index];
    try {
      const values = workOut(row.values, { given: index }) as JsonObject;
      const drawn = { id: steadyId(scenario.name, String(index)), now: canonicalInstant(scenario.now) };
      const stored = await insertRow(lane.database, entity, values, drawn);
      if (row.id !== undefined) given[row.id] = stored;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const problem = { ...at(path), subject: `given[${String(index)}] ${row.entity}`, message };
      return { step: 0, title: `given ${row.entity}`, ...at(path), problems: [problem], log: [] };
    }
  }
  return undefined;
}

async function runStep(
  { specs, laws, lane }: ScenarioRun,
  scenario: Scenario,
  index: number,
  now: string,
  workOut: WorkOut,
  at: PlaceOf,
): Promise<ScenarioFailure | Observation> {
  const step = scenario.steps[index];
  const tool = specs.bundle.tools.find(({ name }) => name === step?.tool);
  if (step === undefined || tool === undefined) throw new TypeError("a scenario is checked before it runs");
  const title = step.name ?? step.tool;
  const place = { step: index };
  const failed = (problems: readonly Problem[], rest: Partial<ScenarioFailure> = {}): ScenarioFailure => ({
    step: index + 1,
    title,
    ...at([]),
    problems,
    log: [],
    ...rest,
  });
  let planned: PlannedCall;
  let expected: Expected;
  const undeclared: ProviderCall[] = [];
  const replies = repliesOf([step.providers, scenario.providers], (body) => workOut(body, place), undeclared);
  try {
    planned = planCall(step, { tool, now: Date.parse(now) }, (template) => workOut(template, place));
    expected = expectationOf(step, (template) => workOut(template, place));
  } catch (error) {
    const message = `an expression of this step has no value: ${error instanceof Error ? error.message : String(error)}`;
    return failed([{ ...at([]), subject: "step", message }]);
  }
  const seen = await lane.perform(planned, replies);
  const found = checkStep(laws, planned, expected, seen, undeclared);
  if (found.length === 0) return seen;
  return failed(
    found.map(({ path, ...problem }: FoundProblem) => ({ ...at(path), ...problem })),
    { call: shownCall(planned, seen), answer: seen.answer, log: seen.log },
  );
}

function planCall(
  step: ScenarioStep,
  rest: Pick<PlannedCall, "tool" | "now">,
  workOut: (template: JsonValue) => JsonValue,
): PlannedCall {
  const { caller, input, headers, idempotencyKey, delivery } = step;
  return {
    ...rest,
    input: workOut(input) as JsonObject,
    headers: workOut(headers) as Readonly<Record<string, string>>,
    delivery,
    ...(caller === undefined
      ? {}
      : { caller: workOut(caller as unknown as JsonObject) as unknown as NonNullable<PlannedCall["caller"]> }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey: workOut(idempotencyKey) as string }),
  };
}

function expectationOf({ expect }: ScenarioStep, workOut: (template: JsonValue) => JsonValue): Expected {
  return workOut(defined(expect as unknown as JsonObject)) as unknown as Expected;
}

/** Replies in their order; the last one to a request stays. What nothing is said about is noted. */
function repliesOf(
  lists: readonly ProviderReplies[],
  workOut: (body: JsonValue) => JsonValue,
  undeclared: ProviderCall[],
): (call: ProviderCall) => ProviderReply | undefined {
  const used = new Set<ProviderReply>();
  return (call) => {
    for (const replies of lists) {
      const fitting = (replies[call.provider] ?? []).filter(({ request }) => fits(request, call));
      const reply = fitting.find((candidate) => !used.has(candidate)) ?? fitting.at(-1);
      if (reply === undefined) continue;
      used.add(reply);
      return reply.body === undefined ? reply : { ...reply, body: workOut(reply.body) };
    }
    undeclared.push(call);
    return undefined;
  };
}

function fits(request: string | undefined, { method, path }: ProviderCall): boolean {
  if (request === undefined) return true;
  const asked = `${method} ${path}`;
  return request.endsWith("*") ? asked.startsWith(request.slice(0, -1)) : asked === request;
}

function shownCall({ tool, caller, input, now }: PlannedCall, { call }: Observation): ShownCall {
  const roles = caller?.roles.join(", ") ?? "";
  const who = caller === undefined ? "nobody" : `${caller.subject ?? "no subject"}${roles === "" ? "" : ` (${roles})`}`;
  const sender =
    tool.trigger.type === "http" ? who : tool.trigger.type === "webhook" ? "the webhook's sender" : "the scheduler";
  return {
    tool: tool.name,
    method: call.method,
    path: call.path,
    body: call.body === null ? null : input,
    caller: sender,
    now: new Date(now).toISOString(),
  };
}
