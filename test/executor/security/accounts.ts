// A workspace whose every other field is personal or sensitive.
export const audience = "https://accounts.test";

/** Its spec files; `baseUrl` is the bureau that it asks for scores. */
export const accountFiles = (baseUrl: string): Readonly<Record<string, string>> => ({
  "workspace.yaml": `
apiVersion: lintel/v1
kind: Workspace
name: accounts
region: europe-west1
roles: [holder, clerk]
auth: { issuer: "ISSUER", audience: "${audience}", roleClaim: roles }
providers:
  bureau: { type: http, baseUrl: "${baseUrl}/v1", secret: bureau-key, network: private }
defaults: { timeout: 300ms, retry: { maxAttempts: 2, backoff: exponential, initialDelay: 10ms, maxDelay: 20ms }, pageSize: 50 }
`,
  "entities/account.yaml": `
apiVersion: lintel/v1
kind: Entity
name: Account
fields:
  id: { type: uuid, generated: true }
  subject: { type: string, maxLength: 100 }
  holder: { type: string, maxLength: 60, personal: true }
  card: { type: string, maxLength: 60, sensitive: true }
  pin: { type: integer, minimum: 1000, maximum: 9999, nullable: true, sensitive: true }
  score: { type: string, nullable: true, maxLength: 100, sensitive: true }
unique: [[holder]]
invariants:
  - { name: not-himself, expr: 'this.holder != this.card', message: a card is not its holder }
ownership: { via: subject, claim: sub, roles: [holder] }
crud: { create: [clerk], read: [holder, clerk], update: [clerk], delete: [clerk], list: [clerk] }
list: { filterable: [holder], maximum: 100 }
`,
  "tools/open-account.yaml": `
apiVersion: lintel/v1
kind: Tool
name: open-account
trigger: { http: { method: POST, path: /accounts/open } }
authorize: { roles: [clerk] }
idempotency: optional
input:
  type: object
  additionalProperties: false
  required: [subject, holder, card]
  properties:
    subject: { type: string, maxLength: 100 }
    holder: { type: string, maxLength: 60 }
    card: { type: string, maxLength: 60 }
    pin: { type: integer }
output: { type: object, required: [id], properties: { id: { type: string } } }
flow:
  - id: ask
    type: http
    provider: bureau
    method: POST
    url: "/scores?holder=\${input.holder}"
    headers: { X-Card: "\${input.card}" }
    body: { card: "\${input.card}", holder: "\${input.holder}" }
    response: { type: object, required: [score], properties: { score: { type: string } } }
    compensate: { method: DELETE, url: "/scores/\${nodes.ask.body.score}" }
  - id: t
    type: transaction
    after: [ask]
    nodes:
      - id: made
        type: write
        action: create
        entity: Account
        values:
          subject: "\${input.subject}"
          holder: "\${input.holder}"
          card: "\${input.card}"
          pin: "\${has(input.pin) ? input.pin : null}"
          score: "\${nodes.ask.body.score}"
respond: { id: "\${nodes.made.id}" }
`,
});
