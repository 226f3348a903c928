// The specs of a shop in which money moves, things are written and others are told: what faults must not tear apart.
import type { Bundle } from "@lintel/specs";
import { compileBundle } from "../compile-bundle.ts";

export interface ShopAddresses {
  readonly issuer: string;
  readonly stripe: string;
  readonly warehouse: string;
  /** Port of the mail server. */
  readonly mail: number;
}

export const audience = "https://shop.test";
/** What every order costs in all, in cents. */
export const price = 1200;

/** The tools that orders are placed by, and whether they end in an order or are undone. */
export const ways = {
  "place-order": { isServed: true, isPaid: false, isDispatched: false },
  "buy-order": { isServed: true, isPaid: true, isDispatched: true },
  "buy-in-parts": { isServed: true, isPaid: true, isDispatched: false },
  "buy-in-vain": { isServed: false, isPaid: false, isDispatched: false },
} as const;

export type Way = keyof typeof ways;

const entities = {
  "entities/order.yaml": `
apiVersion: lintel/v1
kind: Entity
name: Order
fields:
  id: { type: uuid, generated: true }
  reference: { type: string, maxLength: 100 }
  charge: { type: string, nullable: true }
  isDispatched: { type: boolean, default: false }
crud: { list: [agent], read: [agent], create: [agent] }
list: { filterable: [reference], sortable: [reference], maximum: 100 }
`,
  "entities/line.yaml": `
apiVersion: lintel/v1
kind: Entity
name: Line
fields:
  id: { type: uuid, generated: true }
  orderId: { ref: Order }
  count: { type: integer }
relationships:
  order: { belongsTo: Order, field: orderId, onDelete: restrict }
`,
  "entities/item.yaml": `
apiVersion: lintel/v1
kind: Entity
name: Item
fields:
  id: { type: uuid, generated: true }
  name: { type: string, maxLength: 100 }
  stock: { type: integer, default: 1000000 }
  note: { type: string, nullable: true }
unique: [[name]]
crud: { create: [agent], read: [agent] }
`,
};

const head = (name: string, more = ""): string => `
apiVersion: lintel/v1
kind: Tool
name: ${name}
trigger: { http: { method: POST, path: /${name} } }
authorize: { roles: [agent] }
idempotency: required
${more}
input:
  type: object
  additionalProperties: false
  required: [reference]
  properties: { reference: { type: string, maxLength: 100 } }
output: { type: object, properties: { id: { type: [string, "null"] } } }
flow:`;

const charge = (cents: string): string =>
  `{ id: charge, type: payment, operation: charge, amount: '\${money(${cents}, "EUR")}', customer: cus_1, paymentMethod: pm_card, ` +
  `metadata: { reference: "\${input.reference}" }, compensate: { operation: refund } }`;
const book = (after: string, paid: string): string => `
  - id: book
    type: transaction${after}
    nodes:
      - { id: order, type: write, action: create, entity: Order, values: { reference: "\${input.reference}", charge: "\${${paid}}" } }
      - { id: line, type: write, action: create, entity: Line, after: [order], values: { orderId: "\${nodes.order.id}", count: 1 } }`;

const tools = {
  "tools/place-order.yaml": `${head("place-order")}${book("", "null")}
respond: { id: "\${nodes.order.id}" }
`,
  "tools/buy-order.yaml": `${head("buy-order")}
  - ${charge(String(price))}${book("\n    after: [charge]", "nodes.charge.id")}
  - id: dispatch
    type: http
    after: [book]
    provider: warehouse
    method: POST
    url: /dispatches
    body: { reference: "\${input.reference}" }
    response: { type: object, required: [id], properties: { id: { type: string } } }
    compensate: { method: DELETE, url: "/dispatches/\${nodes.dispatch.body.id}" }
  - id: note
    type: transaction
    after: [dispatch]
    nodes:
      - { id: noted, type: write, action: update, entity: Order, key: "\${nodes.order.id}", values: { isDispatched: true } }
  - { id: receipt, type: email, after: [note], template: receipt, to: customer@example.com, values: { reference: "\${input.reference}" }, onError: continue, delivery: atLeastOnce }
respond: { id: "\${nodes.order.id}" }
`,
  "tools/buy-in-parts.yaml": `${head("buy-in-parts")}
  - id: each
    type: forEach
    items: "[200, 400, 600]"
    maximum: 3
    nodes:
      - ${charge("item")}${book("\n    after: [each]", "null")}
  - { id: receipt, type: email, after: [book], template: receipt, to: customer@example.com, values: { reference: "\${input.reference}" }, onError: continue }
respond: { id: "\${nodes.order.id}" }
`,
  "tools/buy-in-vain.yaml": `${head("buy-in-vain")}
  - ${charge(String(price))}
  - id: dispatch
    type: http
    after: [charge]
    provider: warehouse
    method: POST
    url: /dispatches
    body: { reference: "\${input.reference}" }
    response: { type: object, required: [id], properties: { id: { type: string } } }
    compensate: { method: DELETE, url: "/dispatches/\${nodes.dispatch.body.id}" }
${book("\n    after: [dispatch]", "nodes.charge.id")}
      - { id: never, type: assert, after: [line], expr: 'input.reference == ""', message: nobody may have this }
respond: { id: "\${nodes.order.id}" }
`,
  ...swaps("pessimistic"),
  ...swaps("serializable"),
};

/** Two tools that lock the same two rows, one in each order. */
function swaps(concurrency: "pessimistic" | "serializable"): Readonly<Record<string, string>> {
  const tool = (name: string, ids: readonly [string, string]): string => `
apiVersion: lintel/v1
kind: Tool
name: ${name}
trigger: { http: { method: POST, path: /${name} } }
authorize: { roles: [agent] }
concurrency: ${concurrency}
input:
  type: object
  additionalProperties: false
  required: [a, b]
  properties: { a: { type: string, format: uuid }, b: { type: string, format: uuid } }
output: { type: object, properties: { stock: { type: integer } } }
flow:
  - id: take
    type: transaction
    nodes:
      - { id: first, type: read, entity: Item, where: { id: { eq: "\${input.${ids[0]}}" } }, one: true }
      - { id: second, type: read, entity: Item, after: [first], where: { id: { eq: "\${input.${ids[1]}}" } }, one: true }
      - { id: one, type: write, action: update, entity: Item, key: "\${input.${ids[0]}}", after: [second], values: { stock: "\${nodes.first.stock - 1}" } }
      - { id: two, type: write, action: update, entity: Item, key: "\${input.${ids[1]}}", after: [one], values: { stock: "\${nodes.second.stock - 1}" } }
respond: { stock: "\${nodes.two.stock}" }
`;
  return {
    [`tools/take-${concurrency}.yaml`]: tool(`take-${concurrency}`, ["a", "b"]),
    [`tools/take-${concurrency}-back.yaml`]: tool(`take-${concurrency}-back`, ["b", "a"]),
  };
}

/** Compiles the shop; throws with the diagnostics when it has any. */
export function compileShop(addresses: ShopAddresses, executionTime = "5s"): Bundle {
  return compileBundle(
    Object.entries({ "workspace.yaml": workspace(addresses, executionTime), ...entities, ...tools }),
  );
}

function workspace({ issuer, stripe, warehouse, mail }: ShopAddresses, executionTime: string): string {
  return `
apiVersion: lintel/v1
kind: Workspace
name: shop
region: europe-west1
roles: [agent]
auth: { issuer: "${issuer}", audience: "${audience}", roleClaim: roles }
providers:
  stripe: { type: payment, api: stripe, baseUrl: "${stripe}", secret: stripe-key }
  warehouse: { type: http, baseUrl: "${warehouse}", secret: warehouse-key, idempotencyKeys: true }
  mail: { type: email, url: "smtp://127.0.0.1:${String(mail)}", from: "shop@example.com", secret: mail-login, templates: { receipt: { subject: "Order \${values.reference}", text: "Thank you." } } }
defaults:
  timeout: 1s
  retry: { maxAttempts: 3, backoff: exponential, initialDelay: 10ms, maxDelay: 50ms }
  pageSize: 50
limits: { executionTime: ${executionTime} }
`;
}
