import { expect, it } from "vitest";
import { type Changes, compileDesign, problems, toolWith } from "../design-files.ts";

const wrongRole = (text: string): string => text.replace("[agent]", "[agnt]");
const node = (text: string): string => `  - { id: ${text} }`;
const own = (...nodes: readonly string[]): string => toolWith(nodes.map(node).join("\n"));
const titl = own("a, type: transform, value: '${input.titl}'");
const unfinished = own("a, type: transform, value: '${input.id + }'");
const untyped = "a, type: transform, value: '${1 +}'";

/** What is wrong, and all of it that can be known at once; nothing that only follows from another error. */
const cases: readonly (readonly [string, Changes, readonly string[]])[] = [
  [
    "a role and expressions",
    {
      "tools/own.yaml": wrongRole(
        own("a, type: transform, value: '${input.titl}'", "b, type: transform, value: '${caller.subjct}'"),
      ),
    },
    ["own.yaml:5:22 unknown-role", "own.yaml:10:47 no-such-field", "own.yaml:11:48 no-such-field"],
  ],
  [
    "a field and an expression",
    {
      "tools/own.yaml": own(
        "b, type: read, entity: Room, where: { nope: { eq: 1 } }",
        "a, type: transform, value: '${input.titl}'",
      ),
    },
    ["own.yaml:10:49 unknown-field", "own.yaml:11:47 no-such-field"],
  ],
  [
    "an entity, and expressions that cannot be read; not what its rows would have had",
    {
      "tools/own.yaml": own(
        "b, type: read, entity: Rom, one: true, where: 'x ==='",
        untyped,
        "c, type: transform, value: '${nodes.b.x}'",
      ),
    },
    ["own.yaml:10:34 unknown-entity", "own.yaml:10:60 expression-syntax", "own.yaml:11:43 expression-syntax"],
  ],
  [
    "an edge, and expressions that cannot be read",
    { "tools/own.yaml": own("b, type: transform, after: [zz], when: '1 +', value: 1", untyped) },
    ["own.yaml:10:39 unknown-node", "own.yaml:10:53 expression-syntax", "own.yaml:11:43 expression-syntax"],
  ],
  [
    "a misshapen node and an expression that cannot be read",
    { "tools/own.yaml": own("b, type: transform, valu: 1", untyped) },
    ["own.yaml:10:5 missing-key", "own.yaml:10:31 unknown-key", "own.yaml:11:43 expression-syntax"],
  ],
  [
    "a key of workspace.yaml, a role and an expression",
    { "workspace.yaml": [["region:", "regoin: x\nregion:"]], "tools/own.yaml": wrongRole(titl) },
    ["own.yaml:5:22 unknown-role", "own.yaml:10:47 no-such-field", "workspace.yaml:5:1 unknown-key"],
  ],
  [
    "the roles of workspace.yaml, but not who has them",
    { "workspace.yaml": [["roles:", "rolez:"]], "tools/own.yaml": wrongRole(unfinished) },
    ["own.yaml:10:50 expression-syntax", "workspace.yaml:6:1 unknown-key"],
  ],
  [
    "workspace.yaml itself, and an expression that cannot be read",
    { "workspace.yaml": null, "tools/own.yaml": unfinished },
    ["own.yaml:10:50 expression-syntax", "workspace.yaml:1:1 missing-workspace"],
  ],
  [
    "a key of an entity, and its invariant that cannot be read",
    {
      "entities/reservation.yaml": [
        ["crud:", "crd:"],
        ["expr: ", "expr: 1 + || "],
      ],
    },
    ["entities/reservation.yaml:28:39 expression-syntax", "entities/reservation.yaml:32:1 unknown-key"],
  ],
  [
    "a tool, and an expression of a scenario that cannot be read",
    {
      "tools/own.yaml": titl,
      "scenarios/confirm.yaml": [["given:", "given:\n  - { entity: Room, values: { number: '${now +}' } }"]],
    },
    ["scenarios/confirm.yaml:7:46 expression-syntax", "own.yaml:10:47 no-such-field"],
  ],
];

it.each(cases)("says in one run what is wrong with %s", (_, changes, expected) => {
  const found = problems(compileDesign(changes)).map((each) => each.replace("tools/own", "own"));
  expect(found).toEqual(expected);
});
