// Rules about entities.
import type { DiffRuleId } from "@lintel/specs";
import { entity, label, machine, type Pair, replace, undo } from "./pair-builders.ts";

export const entityPairs = {
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
} as const satisfies Partial<Record<DiffRuleId, Pair>>;
