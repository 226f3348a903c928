import { describe, expect, it } from "vitest";
import { type Changes, compileDesign, problems, toolWith } from "../design-files.ts";

const reservation = "entities/reservation.yaml";
const confirm = "tools/confirm-reservation.yaml";
const own = "tools/own.yaml";
const workspace = "workspace.yaml";
const idle = toolWith("  - { id: a, type: transform, value: 1 }");
const http = "http: { method: POST, path: /own }";
const property = "properties: { id: { type: string, format: uuid } }";

/** What is wrong, and exactly where it must be said. */
const cases: readonly (readonly [string, Changes, readonly string[]])[] = [
  [
    "malformed YAML",
    { [reservation]: [["  initial: pending", "  initial: [pending"]] },
    [`${reservation}:22:3 malformed-yaml`],
  ],
  ["a duplicate key", { [reservation]: [["  startsOn:", "  roomId:"]] }, [`${reservation}:9:3 duplicate-key`]],
  ["an unknown key", { [confirm]: [["timeout: 10s", "timout: 10s"]] }, [`${confirm}:19:5 unknown-key`]],
  ["an unknown key at the top", { [reservation]: [["crud:", "crd:"]] }, [`${reservation}:32:1 unknown-key`]],
  ["a misspelt node type", { [confirm]: [["type: payment", "type: paymnt"]] }, [`${confirm}:14:11 wrong-value`]],
  ["a misspelt role", { [confirm]: [["customer, agent]", "customer, agnet]"]] }, [`${confirm}:6:32 unknown-role`]],
  [
    "a misspelt role of an entity",
    { [reservation]: [["create: [agent]", "create: [agnet]"]] },
    [`${reservation}:32:18 unknown-role`],
  ],
  [
    "a dangling entity",
    { [confirm]: [["read, entity: Reservation", "read, entity: Reservatoin"]] },
    [`${confirm}:12:37 unknown-entity`],
  ],
  ["a dangling ref", { [reservation]: [["ref: Room", "ref: Rom"]] }, [`${reservation}:8:22 unknown-entity`]],
  ["a dangling edge", { [confirm]: [["[charge]", "[chrage]"]] }, [`${confirm}:24:13 unknown-node`]],
  [
    "a dangling error edge",
    { [confirm]: [["onError: continue", "onError: recover"]] },
    [`${confirm}:27:99 unknown-node`],
  ],
  ["an undeclared provider", { [confirm]: [["stripe  ", "strip  "]] }, [`${confirm}:16:15 unknown-provider`]],
  [
    "a transition that the status machine lacks",
    { [confirm]: [["transition: confirm }", "transition: confrim }"]] },
    [`${confirm}:26:110 unknown-transition`],
  ],
  [
    "an unreachable state",
    { [reservation]: [["from: [confirmed]", "from: [paid]"]] },
    [`${reservation}:25:24 unreachable-state`],
  ],
  [
    "a state without a way out that is not final",
    { [reservation]: [["final: [completed, cancelled]", "final: [cancelled]"]] },
    [`${reservation}:25:40 dead-end-state`],
  ],
  [
    "an unknown name in a template",
    { [confirm]: [["${nodes.load.total}", "${nodes.laod.total}"]] },
    [`${confirm}:18:22 no-such-field`],
  ],
  [
    "an unknown name in a bare expression",
    { [reservation]: [["expr: this.endsOn > this.startsOn", "expr: this.endsOn > this.startOn"]] },
    [`${reservation}:28:56 no-such-field`],
  ],
  [
    "a type error in an expression",
    { [reservation]: [["expr: this.endsOn > this.startsOn", "expr: this.endsOn > this.total"]] },
    [`${reservation}:28:49 expression-type`],
  ],
  [
    "an answer that its schema does not allow",
    { [confirm]: [["status: { type: string }", "status: { type: integer }"]] },
    [`${confirm}:28:64 expression-type`],
  ],
  [
    "two keys that contradict each other",
    { [reservation]: [["required: true }\n  endsOn", "required: true, nullable: true }\n  endsOn"]] },
    [`${reservation}:9:29 contradictory-keys`],
  ],
  [
    "a default that is no value",
    { [reservation]: [["default: web", "default: fax"]] },
    [`${reservation}:13:60 bad-default`],
  ],
  [
    "a field of files",
    { [reservation]: [["type: string, personal", "type: file, personal"]] },
    [`${reservation}:15:23 no-files`],
  ],
  ["no workspace", { [workspace]: null }, [`${workspace}:1:1 missing-workspace`]],
  [
    "a schedule that never fires, in a zone that is none",
    {
      [own]: idle
        .replace(http, 'schedule: { cron: "*/5 * * * 9", timeZone: Europe/Berln }')
        .replace("required: [id], ", "")
        .replace("authorize: { roles: [agent] }\n", ""),
    },
    [`${own}:4:30 bad-cron`, `${own}:4:55 unknown-time-zone`],
  ],
  [
    "a route that two tools serve",
    { [own]: idle.replace("path: /own", 'path: "/reservations/{id}/confirm"') },
    [`${own}:4:40 duplicate-route`],
  ],
  [
    "a path parameter that the input lacks",
    { [own]: idle.replace("path: /own", 'path: "/own/{key}"') },
    [`${own}:4:40 unknown-path-parameter`],
  ],
  [
    "a tool that anyone may call unsaid",
    { [own]: idle.replace("authorize: { roles: [agent] }\n", "") },
    [`${own}:4:1 missing-authorize`],
  ],
  [
    "JSON Schema keywords and formats that are not taken",
    { [own]: idle.replace(property, "properties: { id: { type: string, format: ipv4 }, n: { $ref: x } }") },
    [`${own}:6:82 wrong-value`, `${own}:6:95 unknown-key`],
  ],
  [
    "a JSON Schema that cannot mean anything",
    { [own]: idle.replace(property, "properties: { id: { type: string, minimum: 1 } }") },
    [`${own}:6:8 bad-schema`],
  ],
  [
    "a default that its schema refuses",
    { [own]: idle.replace(property, "properties: { id: { type: string }, n: { type: integer, default: x } }") },
    [`${own}:6:105 bad-default`],
  ],
  [
    "a pattern with a look-ahead, which RE2 does not have",
    { [own]: idle.replace(property, "properties: { id: { type: string, pattern: '(?=x)' } }") },
    [`${own}:6:83 bad-pattern`],
  ],
  [
    "a name that two files declare",
    { [own]: idle.replace("own-tool", "confirm-reservation") },
    [`${own}:3:7 duplicate-name`],
  ],
  ["a second document", { [confirm]: [["respond:", "---\nrespond:"]] }, [`${confirm}:28:1 several-documents`]],
  ["a custom tag", { [confirm]: [["name: confirm", "name: !text confirm"]] }, [`${confirm}:4:7 yaml-tag`]],
  [
    "a merge key",
    { [confirm]: [["kind: Tool", "kind: Tool\n<<: { deprecated: true }"]] },
    [`${confirm}:4:1 merge-key`],
  ],
  ["an alias of nothing", { [confirm]: [["name: confirm-reservation", "name: *other"]] }, [`${confirm}:4:7 bad-alias`]],
  ["an empty file", { [confirm]: "" }, [`${confirm}:1:1 empty-file`]],
  ["a NUL", { [confirm]: [["respond:", "\0respond:"]] }, [`${confirm}:28:1 nul-character`]],
  ["a NUL behind an escape", { [confirm]: [['"${caller.email}"', '"\\0"']] }, [`${confirm}:27:71 nul-character`]],
  [
    "a number that JSON cannot hold",
    { [workspace]: [["holdHours: 24", "holdHours: 9007199254740993"]] },
    [`${workspace}:19:14 bad-number`],
  ],
  ...["fail", "continue"].map((id): (typeof cases)[number] => [
    `a node named ${id}, which onError means otherwise`,
    { [own]: toolWith(`  - { id: ${id}, type: transform, value: 1 }`) },
    [`${own}:10:11 reserved-name`],
  ]),
  ...["https://${input.id}.com/x", "https://a.com${input.id}", "${input.id}/x"].map((url): (typeof cases)[number] => [
    `a url whose host an expression gives: ${url}`,
    { [own]: toolWith(`  - { id: a, type: http, method: GET, url: "${url}" }`) },
    [`${own}:10:44 not-absolute`],
  ]),
  ["__proto__", { [workspace]: [["holdHours: 24", "__proto__: 24"]] }, [`${workspace}:19:3 reserved-name`]],
  [
    "an environment that overrides what is not there",
    { [workspace]: [["values: { holdHours: 1 }", "values: { holdHour: 1 }"]] },
    [`${workspace}:26:15 unknown-override`],
  ],
  [
    "an issuer in the clear",
    { [workspace]: [["https://login.example.com", "http://login.example.com"]] },
    [`${workspace}:8:11 insecure-url`],
  ],
];

describe("a bad spec is named with its code, line and column, and nothing else is:", () => {
  it.each(cases)("%s", (_, changes, expected) => {
    const result = compileDesign(changes);
    expect(problems(result)).toEqual(expected);
    expect(result.specs).toBeUndefined();
  });
});

describe("diagnostics", () => {
  it("of all files come in one run, also where one file does not parse", () => {
    const result = compileDesign({
      [workspace]: [["region: europe-west1", "region: nowhere"]],
      [reservation]: [["hasMany: Guest", "hasMany: Gest"]],
      "entities/room.yaml": "name: Room\nfields: [",
      [confirm]: [
        ["timeout: 10s", "timout: 10s"],
        ["[charge]", "[chrage]"],
      ],
    });
    expect(problems(result)).toEqual([
      "entities/reservation.yaml:18:24 unknown-entity",
      "entities/room.yaml:2:10 malformed-yaml",
      "tools/confirm-reservation.yaml:19:5 unknown-key",
      "tools/confirm-reservation.yaml:24:13 unknown-node",
      "workspace.yaml:5:9 bad-text",
    ]);
  });

  it("show the lines around the place, and what was probably meant", () => {
    const [diagnostic] = compileDesign({ [confirm]: [["timeout: 10s", "timout: 10s"]] }).diagnostics;
    expect(diagnostic).toMatchObject({ message: 'unknown key "timout" in "charge"', hint: 'did you mean "timeout"?' });
    expect(diagnostic?.frame).toBe(
      [
        '18 |     amount: "${nodes.load.total}"',
        "19 |     timout: 10s",
        "   |     ^",
        "20 |     retry: { maxAttempts: 3, backoff: exponential, initialDelay: 200ms, maxDelay: 5s }",
      ].join("\n"),
    );
  });

  it("speak of the one node type that was meant, not of every other", () => {
    const { diagnostics } = compileDesign({ [confirm]: [["    operation: charge\n", ""]] });
    expect(diagnostics.map(({ message }) => message)).toEqual(['"operation" is missing in "charge"']);
  });
});

describe("the unsafe can be written down, for the risk engine to name it:", () => {
  it.each([
    ["SQL", '  - { id: a, type: sql, statement: "DELETE FROM app.room" }'],
    ["a hard delete", '  - { id: a, type: write, action: delete, entity: Room, key: "${input.id}" }'],
    [
      "an update without a where, outside a transaction",
      "  - { id: a, type: write, action: update, entity: Room, values: { number: '1' } }",
    ],
    ["a where that is always true", "  - { id: a, type: write, action: softDelete, entity: Room, where: true }"],
    [
      "a cycle",
      "  - { id: a, type: transform, after: [b], value: 1 }\n  - { id: b, type: transform, after: [a], value: 1 }",
    ],
    [
      "a call to an absolute http URL",
      "  - { id: a, type: http, method: POST, url: http://api.stripe.com/v1/charges }",
    ],
    [
      "a call inside a transaction",
      "  - { id: t, type: transaction, nodes: [{ id: a, type: http, provider: housekeeping, method: POST, url: /x }] }",
    ],
  ])("%s", (_, flow) => {
    expect(problems(compileDesign({ [own]: toolWith(flow) }))).toEqual([]);
  });
});
