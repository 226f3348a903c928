// A small workspace, of which each rule's pair changes a line.
import type { Bundle } from "@lintel/specs";
import { compileBundle } from "../../compile-bundle.ts";

/** Text to replace in a file, the whole text of one, or null for a file to leave out; by path. */
export type Changes = Readonly<Record<string, string | null | readonly (readonly [string, string])[]>>;

const workspace = `
apiVersion: lintel/v1
kind: Workspace
name: desk
region: europe-west1
roles: [agent, customer]
auth: { issuer: "https://issuer.test", audience: "https://desk.test", roleClaim: roles }
providers:
  partner: { type: http, baseUrl: "https://partner.test", secret: partner-key, rateLimit: { requests: 10, per: 1s } }
defaults: { timeout: 5s, pageSize: 50 }
limits: { bodySize: 65536, executionTime: 20s, externalCalls: 5 }
values: { holdHours: 24 }
`;

const ticket = `
apiVersion: lintel/v1
kind: Entity
name: Ticket
fields:
  id: { type: uuid, generated: true }
  title: { type: string, maxLength: 80 }
  owner: { type: string, sensitive: true, personal: true }
  kind: { type: enum, values: [bug, wish], default: bug }
  price: { type: money, currency: EUR, minimum: 0 }
  note: { type: string, nullable: true }
  opened: { type: date }
  closed: { type: date }
  days: { type: integer, computed: this.closed - this.opened }
  boardId: { ref: Board }
relationships:
  board: { belongsTo: Board, field: boardId, onDelete: restrict }
status:
  field: status
  initial: open
  final: [done]
  transitions:
    start: { from: [open], to: busy }
    finish: { from: [busy, open], to: done }
invariants:
  - { name: has-title, expr: this.title != "", message: a ticket has a title }
unique: [[title, boardId]]
exclude: [{ name: one-at-a-time, fields: { boardId: equal, "[opened, closed)": overlaps } }]
ownership: { via: owner, claim: sub, roles: [customer] }
retention: 30d
`;

const board = `
apiVersion: lintel/v1
kind: Entity
name: Board
fields:
  id: { type: uuid, generated: true }
  name: { type: string }
`;

const rename = `
apiVersion: lintel/v1
kind: Tool
name: rename-ticket
version: 1.0.0
trigger: { http: { method: POST, path: "/tickets/{id}/rename" } }
authorize: { roles: [agent, customer] }
idempotency: optional
input: { type: object, required: [id, title], properties: { id: { type: string, format: uuid }, title: { type: string } } }
output: { type: object, required: [id], properties: { id: { type: string } } }
flow:
  - id: change
    type: transaction
    nodes:
      - { id: ticket, type: write, action: update, entity: Ticket, key: "\${input.id}", values: { title: "\${input.title}" } }
respond: { id: "\${nodes.ticket.id}" }
`;

const probe = `
apiVersion: lintel/v1
kind: Tool
name: probe
trigger: { http: { method: POST, path: "/probe" } }
authorize: { public: true }
input: { type: object, properties: { x: { type: string } } }
output: { type: object, properties: { y: {} } }
flow:
  - { id: told, type: transform, value: { y: 1 } }
respond: {}
`;

const delivered = `
apiVersion: lintel/v1
kind: Tool
name: delivered
trigger:
  webhook:
    path: /hooks/delivered
    signature: { scheme: hmac-sha256, header: X-Signature, secret: hook-key, tolerance: 5m, timestampHeader: X-Time }
    replayWindow: 1d
input: { type: object, properties: {} }
output: { type: object, properties: {} }
flow:
  - { id: told, type: transform, value: 1 }
respond: {}
`;

const nightly = `
apiVersion: lintel/v1
kind: Tool
name: nightly
trigger: { schedule: { cron: "0 3 * * *", timeZone: Europe/Berlin } }
output: { type: object, properties: {} }
flow:
  - { id: told, type: transform, value: 1 }
respond: {}
`;

const policy = `
apiVersion: lintel/v1
kind: Policy
name: calm
tools: [rename-ticket]
deny:
  - { name: not-nobody, expr: caller.subject == "nobody", message: nobody may not }
rules:
  - { name: one-node, expr: flow.externalCalls < 50, level: yellow, message: too long }
budget: { rows: 100 }
`;

const baseFiles: Readonly<Record<string, string>> = {
  "workspace.yaml": workspace,
  "entities/ticket.yaml": ticket,
  "entities/board.yaml": board,
  "tools/rename-ticket.yaml": rename,
  "tools/probe.yaml": probe,
  "tools/delivered.yaml": delivered,
  "tools/nightly.yaml": nightly,
  "policies/calm.yaml": policy,
};

export function changedFiles(changes: Changes): Readonly<Record<string, string>> {
  const files = new Map(Object.entries(baseFiles));
  for (const [path, change] of Object.entries(changes)) {
    if (change === null) files.delete(path);
    else files.set(path, typeof change === "string" ? change : replaced(path, files.get(path) ?? "", change));
  }
  return Object.fromEntries(files);
}

function replaced(path: string, text: string, replacements: readonly (readonly [string, string])[]): string {
  return replacements.reduce((all, [from, to]) => {
    if (!all.includes(from)) throw new Error(`${path} does not hold ${from}`);
    return all.replace(from, () => to);
  }, text);
}

export function compileBase(changes: Changes = {}): Bundle {
  return compileBundle(Object.entries(changedFiles(changes)));
}
