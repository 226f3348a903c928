// One pair of specs per rule of `lintel diff`; a rule without one does not compile.
import type { DiffRuleId } from "@lintel/specs";
import type { Changes } from "./base-specs.ts";

export interface Pair {
  readonly old?: Changes;
  readonly next?: Changes;
}

const tool = "tools/rename-ticket.yaml";
const probe = "tools/probe.yaml";
const hook = "tools/delivered.yaml";
const entity = "entities/ticket.yaml";
const workspace = "workspace.yaml";
const policy = "policies/calm.yaml";

function replace(file: string, from: string, to: string): Pair {
  return { next: { [file]: [[from, to]] } };
}

/** The same the other way round. */
function undo(file: string, from: string, to: string): Pair {
  return { old: { [file]: [[from, to]] } };
}

/** The probe's input property, before and after, as YAML. */
function request(before: string, after: string): Pair {
  const to = (schema: string): Changes => ({ [probe]: [["x: { type: string }", `x: ${schema}`]] });
  return { old: to(before), next: to(after) };
}

function response(before: string, after: string): Pair {
  const to = (schema: string): Changes => ({ [probe]: [["y: {}", `y: ${schema}`]] });
  return { old: to(before), next: to(after) };
}

function algorithms(before: string, after: string): Pair {
  const to = (list: string): Changes => ({
    [workspace]: [["roleClaim: roles", `roleClaim: roles, algorithms: [${list}]`]],
  });
  return { old: to(before), next: to(after) };
}

/** The whole input of the probe. */
function input(before: string, after: string): Pair {
  const to = (schema: string): Changes => ({
    [probe]: [["{ type: object, properties: { x: { type: string } } }", schema]],
  });
  return { old: to(before), next: to(after) };
}

function output(before: string, after: string): Pair {
  const to = (schema: string): Changes => ({
    [probe]: [
      ["{ type: object, properties: { y: {} } }", schema],
      ["respond: {}", schema.includes("y:") ? "respond: { y: 1 }" : "respond: {}"],
    ],
  });
  return { old: to(before), next: to(after) };
}

function twoParameters(parameters: string): readonly (readonly [string, string])[] {
  return [
    ['path: "/probe"', `path: "/probe/${parameters}"`],
    [
      "{ type: object, properties: { x: { type: string } } }",
      "{ type: object, required: [x, y], properties: { x: { type: string }, y: { type: string } } }",
    ],
  ];
}

function httpTool(name: string, path: string): string {
  const head = `apiVersion: lintel/v1\nkind: Tool\nname: ${name}\ntrigger: { http: { method: POST, path: ${path} } }\n`;
  return `${head}authorize: { roles: [agent] }\noutput: { type: object, properties: {} }\nrespond: {}\nflow: [{ id: told, type: transform, value: 1 }]\n`;
}

function check(expr: string): string {
  return `{ id: check, type: assert, expr: "${expr}", message: no }`;
}

function tickets(limit: number): string {
  return `{ id: tickets, type: read, entity: Ticket, limit: ${String(limit)} }`;
}

const mail = 'mail: { type: email, url: "smtp://mail.test", from: desk@desk.test }';
const x = "x: { type: string }";
const y = "y: { type: integer }";
const one = "{ type: string, maxLength: 3 }";
const two = "{ type: string, minLength: 9 }";
const three = "{ type: string, pattern: ^a }";
const deprecated = ["version: 1.0.0", "version: 1.0.0\ndeprecated: true"] as const;
const sunset = (date: string) => ["version: 1.0.0", `version: 1.0.0\ndeprecated: true\nsunset: "${date}"`] as const;

/** Pairs are compared on 2026-06-01. */
export const pairs: Readonly<Record<DiffRuleId, Pair>> = {
  "tool-removed": { next: { [tool]: null, [policy]: null } },
  "generated-tool-removed": undo("entities/board.yaml", "fields:", "crud: { list: [agent] }\nfields:"),
  "tool-removed-before-sunset": { old: { [tool]: [sunset("2026-06-01")] }, next: { [tool]: null, [policy]: null } },
  "tool-removed-after-sunset": { old: { [tool]: [sunset("2026-05-31")] }, next: { [tool]: null, [policy]: null } },
  "tool-added": { old: { [tool]: null, [policy]: null } },
  "tool-renamed": replace(probe, "name: probe", "name: prober"),
  "tool-deprecated": replace(tool, ...deprecated),
  "tool-undeprecated": undo(tool, ...deprecated),
  "sunset-shortened": { old: { [tool]: [sunset("2027-01-01")] }, next: { [tool]: [sunset("2026-12-31")] } },
  "sunset-set": replace(tool, ...sunset("2027-01-01")),
  "sunset-too-soon": replace(tool, ...sunset("2026-06-30")),
  "sunset-extended": { old: { [tool]: [sunset("2027-01-01")] }, next: { [tool]: [sunset("2027-01-02")] } },
  "version-not-raised": replace(tool, "[agent, customer]", "[agent]"),
  "version-lowered": replace(tool, "version: 1.0.0", "version: 0.9.1"),
  "role-lost-access": replace(tool, "[agent, customer]", "[agent]"),
  "role-gained-access": undo(tool, "[agent, customer]", "[agent]"),
  "public-access-removed": replace(probe, "{ public: true }", "{ roles: [agent] }"),
  "tool-became-public": undo(probe, "{ public: true }", "{ roles: [agent] }"),
  "idempotency-became-required": replace(tool, "idempotency: optional", "idempotency: required"),
  "idempotency-removed": replace(tool, "idempotency: optional", "idempotency: none"),
  "idempotency-became-optional": undo(tool, "idempotency: optional", "idempotency: required"),
  "concurrency-changed": replace(tool, "idempotency: optional", "concurrency: serializable\nidempotency: optional"),
  "success-status-changed": replace(tool, "idempotency: optional", "status: 202\nidempotency: optional"),
  "error-answer-added": replace(probe, "flow:", 'flow:\n  - { id: check, type: assert, expr: "1 == 1", message: no }'),
  "error-answer-removed": undo(probe, "flow:", 'flow:\n  - { id: check, type: assert, expr: "1 == 1", message: no }'),
  "flow-node-added": replace(probe, "flow:", "flow:\n  - { id: more, type: transform, value: 2 }"),
  "flow-node-removed": undo(probe, "flow:", "flow:\n  - { id: more, type: transform, value: 2 }"),
  "flow-node-changed": replace(probe, "value: { y: 1 }", "value: { y: 2 }"),
  "check-added": replace(probe, "flow:", `flow:\n  - ${check("1 == 1")}`),
  "check-changed": {
    old: { [probe]: [["flow:", `flow:\n  - ${check("1 == 1")}`]] },
    next: { [probe]: [["flow:", `flow:\n  - ${check("1 == 2")}`]] },
  },
  "check-removed": undo(probe, "flow:", `flow:\n  - ${check("1 == 1")}`),
  "flow-limit-lowered": {
    old: { [probe]: [["flow:", `flow:\n  - ${tickets(50)}`]] },
    next: { [probe]: [["flow:", `flow:\n  - ${tickets(20)}`]] },
  },
  "external-effect-added": replace(
    probe,
    "flow:",
    "flow:\n  - { id: tell, type: http, provider: partner, method: POST, url: /told }",
  ),
  "answer-changed": replace(probe, "respond: {}", "respond: { y: 1 }"),

  "path-removed": replace(tool, "/tickets/{id}/rename", "/tickets/{id}/title"),
  "method-changed": replace(tool, "method: POST", "method: PATCH"),
  "path-parameter-renamed": {
    next: {
      [tool]: [
        ["/tickets/{id}/rename", "/tickets/{key}/rename"],
        ["required: [id, title], properties: { id:", "required: [key, title], properties: { key:"],
        ["${input.id}", "${input.key}"],
      ],
    },
  },
  "path-parameters-swapped": {
    old: { [probe]: twoParameters("{x}/{y}") },
    next: { [probe]: twoParameters("{y}/{x}") },
  },
  "trigger-type-changed": {
    next: {
      "tools/delivered.yaml": `${httpTool("delivered", "/hooks/delivered")}input: { type: object, properties: {} }\n`,
    },
  },
  "schedule-removed": { next: { "tools/nightly.yaml": null } },
  "webhook-signature-changed": replace(hook, "header: X-Signature", "header: X-Signature-256"),
  "webhook-secret-changed": replace(hook, "secret: hook-key", "secret: other-key"),
  "webhook-tolerance-lowered": replace(hook, "tolerance: 5m", "tolerance: 1m"),
  "webhook-tolerance-raised": undo(hook, "tolerance: 5m", "tolerance: 1m"),
  "webhook-replay-window-shortened": replace(hook, "replayWindow: 1d", "replayWindow: 1h"),
  "webhook-replay-window-extended": undo(hook, "replayWindow: 1d", "replayWindow: 1h"),
  "webhook-id-changed": replace(hook, "replayWindow: 1d", "replayWindow: 1d\n    idHeader: X-Delivery"),
  "schedule-changed": replace("tools/nightly.yaml", "0 3 * * *", "0 4 * * *"),

  "request-required-property-added": input(
    `{ type: object, properties: { ${x} } }`,
    `{ type: object, required: [z], properties: { ${x}, z: { type: string } } }`,
  ),
  "request-property-became-required": input(
    `{ type: object, properties: { ${x} } }`,
    `{ type: object, required: [x], properties: { ${x} } }`,
  ),
  "request-property-became-optional": input(
    `{ type: object, required: [x], properties: { ${x} } }`,
    `{ type: object, properties: { ${x} } }`,
  ),
  "request-property-added": input(
    `{ type: object, properties: { ${x} } }`,
    `{ type: object, properties: { ${x}, z: { type: string } } }`,
  ),
  "request-property-removed": input(`{ type: object, properties: { ${x} } }`, "{ type: object, properties: {} }"),
  "request-property-ignored": input(
    `{ type: object, additionalProperties: true, properties: { ${x} } }`,
    "{ type: object, additionalProperties: true, properties: {} }",
  ),
  "request-open-property-constrained": input(
    "{ type: object, additionalProperties: true, properties: {} }",
    `{ type: object, additionalProperties: true, properties: { ${x} } }`,
  ),
  "request-object-closed": input(
    `{ type: object, additionalProperties: true, properties: { ${x} } }`,
    `{ type: object, properties: { ${x} } }`,
  ),
  "request-type-narrowed": request("{ type: number }", "{ type: integer }"),
  "request-type-widened": request("{ type: integer }", "{ type: number }"),
  "request-became-not-nullable": request("{ type: [string, 'null'] }", "{ type: string }"),
  "request-became-nullable": request("{ type: string }", "{ type: [string, 'null'] }"),
  "request-enum-value-removed": request("{ type: string, enum: [a, b] }", "{ type: string, enum: [a] }"),
  "request-enum-value-added": request("{ type: string, enum: [a] }", "{ type: string, enum: [a, b] }"),
  "request-enum-set": request("{ type: string }", "{ type: string, enum: [a] }"),
  "request-minimum-raised": request("{ type: integer, minimum: 1 }", "{ type: integer, exclusiveMinimum: 1 }"),
  "request-maximum-lowered": request("{ type: integer, maximum: 100 }", "{ type: integer, maximum: 50 }"),
  "request-min-length-raised": request("{ type: string }", "{ type: string, minLength: 1 }"),
  "request-max-length-lowered": request("{ type: string, maxLength: 9 }", "{ type: string, maxLength: 8 }"),
  "request-min-items-raised": request("{ type: array, items: {} }", "{ type: array, minItems: 1, items: {} }"),
  "request-max-items-lowered": request("{ type: array, items: {} }", "{ type: array, maxItems: 9, items: {} }"),
  "request-min-properties-raised": request("{ type: object }", "{ type: object, minProperties: 1 }"),
  "request-max-properties-lowered": request("{ type: object }", "{ type: object, maxProperties: 9 }"),
  "request-multiple-of-changed": request("{ type: integer, multipleOf: 2 }", "{ type: integer, multipleOf: 6 }"),
  "request-pattern-changed": request("{ type: string, pattern: ^a }", "{ type: string, pattern: ^b }"),
  "request-format-changed": request("{ type: string }", "{ type: string, format: email }"),
  "request-unique-items-required": request(
    "{ type: array, items: {} }",
    "{ type: array, uniqueItems: true, items: {} }",
  ),
  "request-limit-loosened": request("{ type: string, maxLength: 9 }", "{ type: string }"),
  "request-alternative-removed": request(`{ anyOf: [${one}, ${two}] }`, `{ anyOf: [${one}] }`),
  "request-alternative-added": request(`{ anyOf: [${one}] }`, `{ anyOf: [${one}, ${two}] }`),
  "request-one-of-alternative-added": request(`{ oneOf: [${one}] }`, `{ oneOf: [${one}, ${three}] }`),
  "request-one-of-alternative-widened": request(
    `{ oneOf: [${one}, ${two}] }`,
    `{ oneOf: [${one}, { type: string, minLength: 2 }] }`,
  ),
  "request-condition-added": request("{ type: string }", `{ type: string, allOf: [${one}] }`),
  "request-default-changed": request("{ type: integer, default: 50 }", "{ type: integer, default: 20 }"),

  "response-property-removed": output(
    `{ type: object, required: [y], properties: { ${y} } }`,
    "{ type: object, properties: {} }",
  ),
  "response-optional-property-removed": output(
    `{ type: object, properties: { ${y} } }`,
    "{ type: object, properties: {} }",
  ),
  "response-property-added": output("{ type: object, properties: {} }", `{ type: object, properties: { ${y} } }`),
  "response-property-became-optional": output(
    `{ type: object, required: [y], properties: { ${y} } }`,
    `{ type: object, properties: { ${y} } }`,
  ),
  "response-property-became-required": output(
    `{ type: object, properties: { ${y} } }`,
    `{ type: object, required: [y], properties: { ${y} } }`,
  ),
  "response-type-widened": response("{ type: integer }", "{ type: number }"),
  "response-type-narrowed": response("{ type: number }", "{ type: integer }"),
  "response-became-nullable": response("{ type: integer }", "{ type: [integer, 'null'] }"),
  "response-became-not-nullable": response("{ type: [integer, 'null'] }", "{ type: integer }"),
  "response-enum-value-added": response("{ type: integer, enum: [1] }", "{ type: integer, enum: [1, 2] }"),
  "response-enum-value-renamed": {
    old: {
      [entity]: [["[bug, wish]", "[bug, wish, task]"]],
      [probe]: [["y: {}", "y: { type: string, enum: [task] }"]],
    },
    next: {
      [entity]: [["values: [bug, wish]", "values: [bug, job], renamedValues: { task: job, wish: job }"]],
      [probe]: [["y: {}", "y: { type: string, enum: [job] }"]],
    },
  },
  "response-enum-value-removed": response("{ type: integer, enum: [1, 2] }", "{ type: integer, enum: [1] }"),
  "response-enum-dropped": response("{ type: integer, enum: [1] }", "{ type: integer }"),
  "response-minimum-lowered": response("{ type: integer, minimum: 1 }", "{ type: integer }"),
  "response-maximum-raised": response("{ type: integer, maximum: 1 }", "{ type: integer, maximum: 2 }"),
  "response-min-length-lowered": response("{ type: string, minLength: 2 }", "{ type: string, minLength: 1 }"),
  "response-max-length-raised": response("{ type: string, maxLength: 2 }", "{ type: string, maxLength: 3 }"),
  "response-min-items-lowered": response("{ type: array, minItems: 1 }", "{ type: array }"),
  "response-max-items-raised": response("{ type: array, maxItems: 1 }", "{ type: array, maxItems: 2 }"),
  "response-min-properties-lowered": response("{ type: object, minProperties: 1 }", "{ type: object }"),
  "response-max-properties-raised": response("{ type: object, maxProperties: 1 }", "{ type: object }"),
  "response-multiple-of-changed": response("{ type: integer, multipleOf: 6 }", "{ type: integer, multipleOf: 4 }"),
  "response-pattern-changed": response("{ type: string, pattern: ^a }", "{ type: string }"),
  "response-format-changed": response("{ type: string, format: date }", "{ type: string, format: date-time }"),
  "response-unique-items-dropped": response("{ type: array, uniqueItems: true }", "{ type: array }"),
  "response-limit-tightened": response("{ type: string }", "{ type: string, maxLength: 9 }"),
  "response-alternative-added": response(`{ anyOf: [${one}] }`, `{ anyOf: [${one}, ${two}] }`),
  "response-alternative-removed": response(`{ oneOf: [${one}, ${two}] }`, `{ oneOf: [${one}] }`),
  "response-condition-removed": response(`{ type: string, allOf: [${one}] }`, "{ type: string }"),
  "response-object-opened": output(
    "{ type: object, additionalProperties: false, properties: {} }",
    "{ type: object, additionalProperties: true, properties: {} }",
  ),

  "entity-removed": { old: { "entities/label.yaml": label() } },
  "entity-added": { next: { "entities/label.yaml": label() } },
  "entity-renamed": {
    old: { "entities/label.yaml": label() },
    next: { "entities/label.yaml": label("renamedFrom: Label\n").replace("name: Label", "name: Tag") },
  },
  "status-machine-removed": {
    old: { "entities/label.yaml": label(machine()) },
    next: { "entities/label.yaml": label() },
  },
  "status-machine-added": {
    old: { "entities/label.yaml": label() },
    next: { "entities/label.yaml": label(machine()) },
  },
  "status-machine-moved": replace(entity, "field: status", "field: state"),
  "status-state-removed": replace(
    entity,
    "to: busy }\n    finish: { from: [busy, open]",
    "to: done }\n    finish: { from: [open]",
  ),
  "status-state-mapped": {
    old: {
      [entity]: [
        ["to: busy }", "to: active }"],
        ["[busy, open]", "[active, open]"],
      ],
    },
    next: { [entity]: [["final: [done]", "final: [done]\n  renamedStates: { active: busy }"]] },
  },
  "status-state-added": replace(
    entity,
    "finish:",
    "park: { from: [busy], to: parked }\n    resume: { from: [parked], to: busy }\n    finish:",
  ),
  "status-initial-changed": {
    next: {
      [entity]: [
        ["initial: open", "initial: busy"],
        ["start: { from: [open], to: busy }", "start: { from: [busy], to: open }"],
      ],
    },
  },
  "status-final-changed": {
    old: {
      [entity]: [
        ["final: [done]", "final: [done, failed]"],
        ["finish:", "fail: { from: [busy], to: failed }\n    finish:"],
      ],
    },
    next: {
      [entity]: [
        ["final: [done]", "final: [failed]"],
        ["finish:", "fail: { from: [busy, done], to: failed }\n    finish:"],
      ],
    },
  },
  "status-transition-removed": undo(entity, "finish:", "again: { from: [busy], to: open }\n    finish:"),
  "status-transition-added": replace(entity, "finish:", "again: { from: [busy], to: open }\n    finish:"),
  "status-transition-narrowed": replace(entity, "from: [busy, open]", "from: [busy]"),
  "status-transition-widened": undo(entity, "from: [busy, open]", "from: [busy]"),
  "status-transition-target-changed": {
    old: { [entity]: [["finish:", "again: { from: [busy], to: open }\n    finish:"]] },
    next: { [entity]: [["finish:", "again: { from: [busy], to: done }\n    finish:"]] },
  },
  "invariant-added": replace(
    entity,
    "invariants:",
    "invariants:\n  - { name: short, expr: 'this.days < 9', message: no }",
  ),
  "invariant-changed": replace(entity, 'this.title != ""', 'this.title != "x"'),
  "invariant-removed": undo(
    entity,
    "invariants:",
    "invariants:\n  - { name: short, expr: 'this.days < 9', message: no }",
  ),
  "unique-added": replace(entity, "unique: [[title, boardId]]", "unique: [[title, boardId], [title]]"),
  "unique-removed": replace(entity, "unique: [[title, boardId]]", "unique: []"),
  "exclusion-added": undo(entity, "exclude: [{", "exclude: []\n#"),
  "exclusion-changed": replace(entity, "[opened, closed)", "[opened, closed]"),
  "exclusion-removed": replace(entity, "exclude: [{", "exclude: []\n#"),
  "relationship-added": undo(
    entity,
    "relationships:\n  board: { belongsTo: Board, field: boardId, onDelete: restrict }\n",
    "",
  ),
  "relationship-removed": replace(
    entity,
    "relationships:\n  board: { belongsTo: Board, field: boardId, onDelete: restrict }\n",
    "",
  ),
  "relationship-changed": {
    next: {
      [entity]: [
        ["boardId: { ref: Board }", "boardId: { ref: Board }\n  otherId: { ref: Board }"],
        ["field: boardId", "field: otherId"],
      ],
    },
  },
  "on-delete-changed": replace(entity, "onDelete: restrict", "onDelete: cascade"),
  "ownership-added": undo(entity, "ownership: { via: owner, claim: sub, roles: [customer] }\n", ""),
  "ownership-changed": replace(entity, "claim: sub", "claim: email"),
  "ownership-removed": replace(entity, "ownership: { via: owner, claim: sub, roles: [customer] }\n", ""),
  "tenant-changed": {
    old: { [entity]: [["  note:", "  shop: { type: string }\n  note:"]] },
    next: {
      [entity]: [
        ["  note:", "  shop: { type: string }\n  note:"],
        ["retention: 30d", "retention: 30d\ntenant: { field: shop, claim: shop }"],
      ],
    },
  },
  "retention-shortened": replace(entity, "retention: 30d", "retention: 29d"),
  "retention-extended": replace(entity, "retention: 30d", "retention: 31d"),

  "field-removed": undo(entity, "  note:", "  more: { type: string, nullable: true }\n  note:"),
  "field-renamed": replace(
    entity,
    "note: { type: string, nullable: true }",
    "remark: { type: string, nullable: true, renamedFrom: note }",
  ),
  "field-added": replace(entity, "  note:", "  more: { type: string, nullable: true }\n  note:"),
  "required-field-added": replace(entity, "  note:", "  more: { type: string }\n  note:"),
  "field-type-changed": replace(entity, "note: { type: string", "note: { type: integer"),
  "field-reference-changed": {
    old: { [entity]: [["  note:", "  noteId: { type: uuid }\n  note:"]] },
    next: { [entity]: [["  note:", "  noteId: { ref: Board }\n  note:"]] },
  },
  "field-currency-changed": replace(entity, "currency: EUR", "currency: USD"),
  "field-became-required": replace(entity, "note: { type: string, nullable: true }", "note: { type: string }"),
  "field-became-nullable": undo(entity, "note: { type: string, nullable: true }", "note: { type: string }"),
  "enum-value-removed": undo(entity, "[bug, wish]", "[bug, wish, task]"),
  "enum-value-mapped": {
    old: { [entity]: [["[bug, wish]", "[bug, wish, task]"]] },
    next: { [entity]: [["values: [bug, wish]", "values: [bug, wish], renamedValues: { task: bug }"]] },
  },
  "enum-value-added": replace(entity, "[bug, wish]", "[bug, wish, task]"),
  "field-digits-lowered": {
    old: { [entity]: [["  note:", "  rate: { type: decimal, precision: 10, scale: 2 }\n  note:"]] },
    next: { [entity]: [["  note:", "  rate: { type: decimal, precision: 10, scale: 8 }\n  note:"]] },
  },
  "field-limit-tightened": replace(entity, "maxLength: 80", "maxLength: 79"),
  "field-limit-loosened": replace(entity, "maxLength: 80", "maxLength: 81"),
  "field-default-changed": replace(entity, "default: bug", "default: wish"),
  "field-computed-changed": replace(
    entity,
    "computed: this.closed - this.opened",
    "computed: this.opened - this.closed",
  ),
  "field-generated-changed": {
    old: { [entity]: [["  note:", "  seenAt: { type: instant }\n  note:"]] },
    next: { [entity]: [["  note:", "  seenAt: { type: instant, generated: true }\n  note:"]] },
  },
  "field-became-sensitive": undo(entity, "sensitive: true, ", ""),
  "field-no-longer-sensitive": replace(entity, "sensitive: true, ", ""),
  "field-became-personal": undo(entity, ", personal: true", ""),
  "field-no-longer-personal": replace(entity, ", personal: true", ""),

  "workspace-renamed": replace(workspace, "name: desk", "name: counter"),
  "region-changed": replace(workspace, "europe-west1", "europe-west3"),
  "role-removed": undo(workspace, "[agent, customer]", "[agent, customer, guest]"),
  "role-added": replace(workspace, "[agent, customer]", "[agent, customer, guest]"),
  "auth-issuer-changed": replace(workspace, "https://issuer.test", "https://other.test"),
  "auth-audience-changed": replace(workspace, 'audience: "https://desk.test"', 'audience: "https://new.test"'),
  "auth-keys-changed": replace(workspace, "roleClaim: roles", 'roleClaim: roles, jwks: "https://issuer.test/keys"'),
  "auth-role-claim-changed": replace(workspace, "roleClaim: roles", "roleClaim: realm.roles"),
  "auth-algorithm-removed": algorithms("ES256, RS256", "ES256"),
  "auth-algorithm-added": algorithms("ES256", "ES256, RS256"),
  "provider-added": replace(workspace, "providers:", `providers:\n  ${mail}`),
  "provider-removed": undo(workspace, "providers:", `providers:\n  ${mail}`),
  "provider-changed": replace(workspace, "https://partner.test", "https://other.test"),
  "provider-rate-limit-lowered": replace(workspace, "requests: 10, per: 1s", "requests: 10, per: 2s"),
  "provider-rate-limit-raised": undo(workspace, "requests: 10, per: 1s", "requests: 10, per: 2s"),
  "secret-added": undo(workspace, ", secret: partner-key", ""),
  "secret-removed": replace(workspace, ", secret: partner-key", ""),
  "body-size-lowered": replace(workspace, "65536", "1024"),
  "execution-time-lowered": replace(workspace, "executionTime: 20s", "executionTime: 10s"),
  "external-calls-lowered": replace(workspace, "externalCalls: 5", "externalCalls: 4"),
  "call-rate-lowered": replace(workspace, "externalCalls: 5", "externalCalls: 5, rateLimit: { requests: 9, per: 1s }"),
  "limit-raised": replace(workspace, "externalCalls: 5", "externalCalls: 6"),
  "default-lowered": replace(workspace, "pageSize: 50", "pageSize: 20"),
  "defaults-changed": replace(workspace, "timeout: 5s", "timeout: 6s"),
  "value-changed": replace(workspace, "holdHours: 24", "holdHours: 12"),
  "policy-added": { old: { [policy]: null } },
  "policy-removed": { next: { [policy]: null } },
  "policy-tools-changed": replace(policy, "tools: [rename-ticket]\n", ""),
  "policy-deny-added": replace(policy, "deny:", 'deny:\n  - { name: more, expr: caller.subject == "x", message: no }'),
  "policy-deny-changed": replace(policy, '"nobody"', '"none"'),
  "policy-deny-removed": undo(policy, "deny:", 'deny:\n  - { name: more, expr: caller.subject == "x", message: no }'),
  "policy-rule-changed": replace(policy, "level: yellow", "level: red"),
  "budget-lowered": replace(policy, "rows: 100", "rows: 99"),
  "budget-raised": replace(policy, "rows: 100", "rows: 101"),
};

function machine(): string {
  return "status: { field: status, initial: new, final: [old], transitions: { age: { from: [new], to: old } } }\n";
}

function label(more = ""): string {
  return `apiVersion: lintel/v1\nkind: Entity\nname: Label\nfields: { id: { type: uuid, generated: true } }\n${more}`;
}
