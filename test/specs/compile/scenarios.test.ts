import { describe, expect, it } from "vitest";
import { compileDesign, compiled } from "../design-files.ts";

const head = `apiVersion: lintel/v1
kind: Scenario
name: own
`;

/** `line:column code message (hint)` of a scenario with these lines after its head. */
function problemsOf(text: string): readonly string[] {
  const { diagnostics } = compileDesign({ "scenarios/own.yaml": head + text });
  return diagnostics.map(
    ({ line, column, message, hint }) =>
      `${String(line)}:${String(column)} ${message}${hint === undefined ? "" : ` (${hint})`}`,
  );
}

describe("a scenario", () => {
  it("takes a clock, callers by name and replies for granted, and leaves the bundle as it is", () => {
    const text = `${head}callers: { desk: { subject: d, roles: [agent] } }\nsteps: [{ tool: confirm-reservation, caller: desk }]\n`;
    const { bundle, scenarios, sources } = compiled(compileDesign({ "scenarios/own.yaml": text }));
    expect(bundle.digest).toBe(compiled(compileDesign()).bundle.digest);
    const own = scenarios.find(({ name }) => name === "own");
    expect(own).toMatchObject({ now: "2026-01-01T12:00:00Z", given: [], providers: {} });
    expect(own?.steps).toMatchObject([
      { caller: { subject: "d", roles: ["agent"], claims: {} }, expect: { writes: [] } },
    ]);
    expect(sources.positions["scenario/own/steps/0/tool"]).toEqual({ file: "scenarios/own.yaml", line: 5, column: 11 });
  });

  it("names tools, roles, callers, entities, fields and providers that the specs have", () => {
    const found = problemsOf(`callers: { desk: { roles: [agent] } }
given:
  - { id: one, entity: Rom, values: {} }
  - { id: two, entity: Room, values: { numbr: "1" } }
providers: { housekeping: [] }
steps:
  - { tool: confirm-reservatoin, caller: dsk }
  - { tool: confirm-reservation, caller: { roles: [agnt] } }
`);
    expect(found).toEqual([
      '6:24 there is no entity "Rom" (did you mean "Room"?)',
      '7:38 creating a Room needs a value for "number"',
      '7:40 the entity Room has no field "numbr" (did you mean "number"?)',
      '8:14 workspace.yaml declares no provider "housekeping" (did you mean "housekeeping"?)',
      '10:13 no tool matches "confirm-reservatoin" (did you mean "confirm-reservation"?)',
      '10:42 the scenario has no caller "dsk" (did you mean "desk"?)',
      '11:52 workspace.yaml declares no role "agnt" (did you mean "agent"?)',
    ]);
  });

  it("reads only rows and answers that are there, with their types", () => {
    const found = problemsOf(`given:
  - { id: one, entity: Room, values: { number: 1 } }
steps:
  - { tool: confirm-reservation, input: { id: "\${given.won.id}" } }
  - { id: a, tool: confirm-reservation, input: { id: "\${steps.b.body.id}" } }
  - { id: b, tool: confirm-reservation, input: { id: "\${steps.a.body.ids}" }, expect: { body: { id: "\${input.id}" } } }
`);
    expect(found.map((line) => line.replace(/ \(.*/u, ""))).toEqual([
      '5:48 "number" takes string, and this is integer',
      '7:56 given has no "won"',
      '8:63 steps has no "b"',
      '9:70 steps.a.body has no "ids"',
      '9:104 "input" cannot be read here: a scenario gives the input itself',
    ]);
  });

  it("may be wrong on purpose where it expects a refusal, and nowhere else", () => {
    const step = (expected: string): string =>
      `steps:\n  - { tool: confirm-reservation, input: { idd: 1 }, expect: { ${expected} } }\n`;
    expect(problemsOf(step("problem: invalid-input"))).toEqual([]);
    expect(problemsOf(step("status: 400, body: { anything: 1 }"))).toEqual([]);
    expect(problemsOf(step("status: 200"))).toEqual([
      '5:43 the tool confirm-reservation takes no "idd" (did you mean "id"?)',
    ]);
  });

  it("has matchers that exist, with patterns of RE2 and instants of the calendar", () => {
    const found = problemsOf(`now: "2026-02-30T00:00:00Z"
steps:
  - tool: confirm-reservation
    at: "2026-13-01T00:00:00Z"
    expect:
      body: { id: $uuidd, status: { $matches: "(" } }
      writes: [{ entity: Room, where: { nummer: { $greater: 1 } } }]
`);
    expect(found.map((line) => line.replace(/ \(.*|:? error.*/u, ""))).toEqual([
      '4:6 "2026-02-30T00:00:00Z" is not a date of the calendar',
      '7:9 "2026-13-01T00:00:00Z" is not a date of the calendar',
      '9:19 there is no matcher "$uuidd"',
      "9:47 the pattern is not valid RE2",
      '10:41 the entity Room has no field "nummer"',
      '10:51 there is no matcher "$greater"',
    ]);
  });
});
