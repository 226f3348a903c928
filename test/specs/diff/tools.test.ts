import { diffBundles } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { type Changes, compileBase } from "./base-specs.ts";

const base = compileBase();
const today = "2026-06-01";
const [tool, probe, nightly, board] = [
  "tools/rename-ticket.yaml",
  "tools/probe.yaml",
  "tools/nightly.yaml",
  "entities/board.yaml",
];

function found(old: Changes, next: Changes, notice?: number): readonly string[] {
  const options = notice === undefined ? { today } : { today, notice };
  const { changes } = diffBundles(compileBase(old), compileBase(next), options);
  return changes.map(({ level, rule, path }) => `${level} ${rule} ${path}`);
}

/** The probe below a path of two parameters, with the input that they take their names from. */
function below(path: string, properties: string): Changes {
  return {
    [probe]: [
      ['path: "/probe"', `path: "/probe/${path}"`],
      ["{ type: object, properties: { x: { type: string } } }", `{ type: object, required: [x, y], ${properties} }`],
    ],
  };
}

describe("path parameters", () => {
  it("break where they change places, with each other or with a property of the body", () => {
    const same = "properties: { x: { type: string }, y: { type: string } }";
    const swapped = [
      "breaking path-parameters-swapped tool/probe/trigger/http/path",
      "warning version-not-raised tool/probe/version",
    ];
    expect(found(below("{x}/{y}", same), below("{y}/{x}", same))).toEqual(swapped);
    expect(found(below("{x}", same), below("{y}", same))).toEqual(swapped);
  });
});

describe("tools and their routes", () => {
  it("a path that a tool of the same contract takes over breaks nobody", () => {
    const moved: Changes = {
      [probe]: [['path: "/probe"', 'path: "/probe/2"']],
      "tools/taker.yaml": taker("/probe"),
    };
    expect(found({}, moved)).toEqual(["warning tool-renamed tool/taker/name", "info tool-added tool/probe"]);
    const narrower = {
      ...moved,
      "tools/taker.yaml": taker("/probe").replace("type: string", "type: string, maxLength: 9"),
    };
    expect(found({}, narrower)[0]).toBe("breaking request-max-length-lowered tool/taker/input/properties/x");
  });

  it("two tools that swap their paths are compared with what callers find there now", () => {
    const other = (path: string, more: Changes = {}): Changes => ({ ...more, "tools/taker.yaml": taker(path) });
    const swapped = other("/probe", { [probe]: [['path: "/probe"', 'path: "/other"']] });
    expect(found(other("/other"), swapped)).toEqual([
      "warning tool-renamed tool/probe/name",
      "warning tool-renamed tool/taker/name",
    ]);
  });

  it("a schedule that goes, or is renamed, or answers otherwise breaks nobody", () => {
    expect(found({}, { [nightly]: null })).toEqual(["warning schedule-removed tool/nightly"]);
    expect(found({}, { [nightly]: [["name: nightly", "name: every-night"]] })).toEqual([
      "warning tool-renamed tool/every-night/name",
    ]);
    const answers: Changes = { [nightly]: [["properties: {}", "properties: { y: { type: integer } }"]] };
    expect(found(answers, {})).toEqual([]);
  });

  it("a generated tool that goes can be deprecated by a file of its name first", () => {
    const crud: Changes = { [board]: [["fields:", "crud: { list: [agent] }\nfields:"]] };
    expect(found(crud, {})).toEqual(["breaking generated-tool-removed tool/list-boards"]);
    const file = `apiVersion: lintel/v1
kind: Tool
name: list-boards
deprecated: true
sunset: "2026-05-31"
trigger: { http: { method: GET, path: /boards } }
authorize: { roles: [agent] }
output: { type: object, properties: {} }
flow: [{ id: told, type: transform, value: 1 }]
respond: {}
`;
    expect(found({ ...crud, "tools/list-boards.yaml": file }, {})).toEqual([
      "info tool-removed-after-sunset tool/list-boards",
    ]);
  });
});

describe("sunset dates", () => {
  it.each([
    ["2020-01-01", undefined, "warning sunset-too-soon"],
    ["2026-06-30", undefined, "warning sunset-too-soon"],
    ["2026-07-01", undefined, "info sunset-set"],
    ["2026-07-01", 90, "warning sunset-too-soon"],
    ["2026-06-01", 0, "info sunset-set"],
  ] as const)("the first one, %s, is held against a notice of %s days", (date, notice, expected) => {
    const dated: Changes = { [tool]: [["version: 1.0.0", `version: 1.0.0\nsunset: "${date}"`]] };
    expect(found({}, dated, notice)).toEqual([`${expected} tool/rename-ticket/sunset`]);
  });

  it("are not near where no day is known", () => {
    const dated: Changes = { [tool]: [["version: 1.0.0", 'version: 1.0.0\nsunset: "2020-01-01"']] };
    expect(diffBundles(base, compileBase(dated)).changes.map(({ rule }) => rule)).toEqual(["sunset-set"]);
  });
});

describe("versions", () => {
  it.each([
    ["2.1.0", "1.0.0", ["warning version-lowered tool/rename-ticket/version"]],
    ["1.10.0", "1.9.9", ["warning version-lowered tool/rename-ticket/version"]],
    ["1.9.9", "1.10.0", []],
  ])("from %s to %s", (before, after, expected) => {
    const at = (version: string): Changes => ({ [tool]: [["version: 1.0.0", `version: ${version}`]] });
    expect(found(at(before), at(after))).toEqual(expected);
  });
});

describe("checks of a flow", () => {
  const checked = (type: string, expr: string, message: string): Changes => ({
    [tool]: [["flow:", `flow:\n  - { id: check, type: ${type}, expr: '${expr}', message: ${message} }`]],
  });

  it.each(["assert", "policyCheck"])("%s: another expression is a warning, other words are not", (type) => {
    const old = checked(type, 'input.title != ""', "no");
    const at = "tool/rename-ticket/node/check";
    expect(found(old, checked(type, 'input.title == "x"', "no"))).toEqual([`warning check-changed ${at}`]);
    expect(found(old, checked(type, 'input.title != ""', "never"))).toEqual([`info flow-node-changed ${at}`]);
  });

  it("a check that comes to stand in a branch is another one", () => {
    const inside: Changes = {
      [tool]: [
        [
          "flow:",
          'flow:\n  - { id: maybe, type: if, condition: caller.subject == "x", then: [{ id: check, type: assert, expr: input.title != "", message: no }] }',
        ],
      ],
    };
    expect(found(checked("assert", 'input.title != ""', "no"), inside)).toContain(
      "warning check-changed tool/rename-ticket/node/check",
    );
  });
});

describe("defaults of the workspace", () => {
  it.each([
    ["pageSize: 50", "pageSize: 50, rowLimit: 9", "warning default-lowered workspace/defaults/rowLimit"],
    ["pageSize: 50", "pageSize: 49", "warning default-lowered workspace/defaults/pageSize"],
    ["pageSize: 50", "pageSize: 51", "info defaults-changed workspace/defaults/pageSize"],
    ["timeout: 5s", "timeout: 4s", "warning default-lowered workspace/defaults/timeout"],
  ])("%s to %s is told of by what it does to calls", (from, to, expected) => {
    expect(found({}, { "workspace.yaml": [[from, to]] })).toEqual([expected]);
  });
});

function taker(path: string): string {
  return `apiVersion: lintel/v1
kind: Tool
name: taker
trigger: { http: { method: POST, path: ${path} } }
authorize: { public: true }
input: { type: object, properties: { x: { type: string } } }
output: { type: object, properties: { y: {} } }
flow: [{ id: told, type: transform, value: { y: 1 } }]
respond: {}
`;
}
