import type { InitFile, InitSettings } from "./init-file.ts";
import { schemaFolder } from "./schema-files.ts";

/** A small workspace of one entity and two tools, which passes; and a scenario of its business rules. */
export function specFiles({ name }: InitSettings): readonly InitFile[] {
  return [
    { path: "specs/workspace.yaml", text: modeline("workspace", "..") + workspace(name) },
    { path: "specs/entities/ticket.yaml", text: modeline("entity", "../..") + ticket },
    { path: "specs/tools/open-ticket.yaml", text: modeline("tool", "../..") + openTicket },
    { path: "specs/tools/resolve-ticket.yaml", text: modeline("tool", "../..") + resolveTicket },
    { path: "specs/scenarios/ticket-is-resolved-once.yaml", text: modeline("scenario", "../..") + scenario },
    { path: "specs/acknowledgements.yaml", text: modeline("acknowledgements", "..") + acknowledgements },
  ];
}

/** What editors with the YAML language server read. */
function modeline(kind: string, up: string): string {
  return `# yaml-language-server: $schema=${up}/${schemaFolder}/${kind}.schema.json\n`;
}

const workspace = (name: string) => `apiVersion: lintel/v1
kind: Workspace
name: ${name}
region: europe-west1
roles: [member, agent]

auth:                                      # who signs the tokens of your callers
  issuer: https://login.example.com
  audience: https://${name}.example.com
  roleClaim: roles

defaults:                                  # inherited by every node that does not say otherwise
  timeout: 5s
  retry: { maxAttempts: 3, backoff: exponential, initialDelay: 200ms, maxDelay: 5s }
  pageSize: 50
`;

const ticket = `apiVersion: lintel/v1
kind: Entity
name: Ticket
description: Something that a member asks for. \`subject\` ties it to the member's login.
fields:
  id: { type: uuid, generated: true }
  subject: { type: string, maxLength: 200 }
  title: { type: string, minLength: 1, maxLength: 200 }
  urgency: { type: integer, minimum: 1, maximum: 5, default: 3 }
status:
  field: status
  initial: open
  final: [resolved]
  transitions:
    resolve: { from: [open], to: resolved }
invariants:
  - name: has-a-title
    expr: this.title.trim() != ""
    message: a ticket says what it is about
ownership: { via: subject, claim: sub, roles: [member] }      # a member sees and changes their own tickets only
crud: { read: [member, agent], list: [member, agent], update: [agent] }
list: { filterable: [status, urgency], sortable: [urgency], maximum: 100 }
`;

const openTicket = `apiVersion: lintel/v1
kind: Tool
name: open-ticket
description: A member asks for something.
trigger: { http: { method: POST, path: /tickets } }
authorize: { roles: [member] }
idempotency: optional
status: 201
input:
  type: object
  additionalProperties: false
  required: [title]
  properties:
    title: { type: string, minLength: 1, maxLength: 200 }
    urgency: { type: integer, minimum: 1, maximum: 5, default: 3 }
output:
  type: object
  required: [id, status]
  properties: { id: { type: string, format: uuid }, status: { type: string } }
flow:
  - id: open
    type: transaction
    nodes:
      - id: ticket
        type: write
        action: create
        entity: Ticket
        values: { subject: "\${caller.subject}", title: "\${input.title}", urgency: "\${input.urgency}" }
respond: { id: "\${nodes.ticket.id}", status: "\${nodes.ticket.status}" }
`;

const resolveTicket = `apiVersion: lintel/v1
kind: Tool
name: resolve-ticket
description: An agent closes a ticket, once.
trigger: { http: { method: POST, path: "/tickets/{id}/resolve" } }
authorize: { roles: [agent] }
idempotency: optional
input:
  type: object
  additionalProperties: false
  required: [id]
  properties: { id: { type: string, format: uuid } }
output:
  type: object
  required: [id, status]
  properties: { id: { type: string, format: uuid }, status: { type: string } }
flow:
  - id: resolve
    type: transaction
    nodes:
      - { id: resolved, type: write, action: transition, entity: Ticket, key: "\${input.id}", transition: resolve }
respond: { id: "\${nodes.resolved.id}", status: "\${nodes.resolved.status}" }
`;

const scenario = `apiVersion: lintel/v1
kind: Scenario
name: ticket-is-resolved-once
description: A member opens a ticket, an agent resolves it, and nobody can do so again.
callers:
  anna: { subject: anna, roles: [member] }
  bert: { subject: bert, roles: [member] }
  agent: { subject: carla, roles: [agent] }
steps:
  - id: opened
    name: Anna opens a ticket
    tool: open-ticket
    caller: anna
    input: { title: The door sticks }
    expect:
      status: 201
      body: { status: open }
      writes: [{ entity: Ticket, values: { subject: anna, urgency: 3, status: open }, count: 1 }]
  - name: another member does not see it
    tool: get-ticket
    caller: bert
    input: { id: "\${steps.opened.body.id}" }
    expect: { status: 404, problem: not-found }
  - name: a member may not resolve it
    tool: resolve-ticket
    caller: anna
    input: { id: "\${steps.opened.body.id}" }
    expect: { status: 403 }
  - name: an agent resolves it
    tool: resolve-ticket
    caller: agent
    input: { id: "\${steps.opened.body.id}" }
    expect: { status: 200, body: { status: resolved } }
  - name: nobody resolves it twice
    tool: resolve-ticket
    caller: agent
    input: { id: "\${steps.opened.body.id}" }
    expect: { status: 409, problem: wrong-state }
`;

const acknowledgements = `# What is accepted here is reviewed by the owners that .github/CODEOWNERS names, and recorded when it is deployed.
# \`lintel ack TOOL RULE --reason ... --by ... --expires ...\` adds an entry.
apiVersion: lintel/v1
kind: Acknowledgements
acknowledgements: []
`;
