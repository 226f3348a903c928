// Flows over the rules' fixture workspace that no rule has anything against, drawn at random.
import fc from "fast-check";
import type { DraftNode, DraftTool } from "./draft.ts";

type Make = (id: string, after: string[]) => DraftNode;

const key = "${input.id}";
const one =
  (entity: string): Make =>
  (id, after) => ({ id, type: "read", after, entity, where: { id: { eq: key } }, one: true });
const change = (id: string): DraftNode => ({
  id,
  type: "write",
  action: "update",
  entity: "Order",
  key,
  values: { note: "b" },
});

const makers: readonly Make[] = [
  one("Order"),
  one("Label"),
  (id, after) => ({ id, type: "read", after, entity: "Order", where: { isGift: { eq: true } }, limit: 20 }),
  (id, after) => ({ id, type: "read", after, entity: "Order", where: "this.reference == string(input.id)" }),
  (id, after) => ({ id, type: "transform", after, value: "${now}" }),
  (id, after) => ({ id, type: "assert", after, expr: "now != null", message: "there is a now" }),
  (id, after) => ({ id, type: "http", after, provider: "courier", method: "GET", url: "/depots" }),
  (id, after) => ({
    id,
    type: "http",
    after,
    provider: "courier",
    method: "POST",
    url: "/parcels",
    compensate: { method: "DELETE", url: "/parcels" },
  }),
  (id, after) => ({ id, type: "email", after, template: "hello", to: "a@example.com" }),
  (id, after) => ({
    id,
    type: "payment",
    after,
    provider: "stripe",
    operation: "charge",
    amount: { amount: 5, currency: "EUR" },
    compensate: { operation: "refund" },
  }),
  (id, after) => ({ id, type: "transaction", after, nodes: [change(`${id}Row`)] }),
  (id, after) => ({
    id,
    type: "transaction",
    after,
    nodes: [{ ...one("Order")(`${id}Seen`, []) }, change(`${id}Row`)],
  }),
  (id, after) => ({
    id,
    type: "if",
    after,
    condition: "now != null",
    then: [{ id: `${id}Deep`, type: "transaction", nodes: [change(`${id}Row`)] }],
  }),
  (id, after) => ({
    id,
    type: "retry",
    after,
    retry: { maxAttempts: 2 },
    nodes: [{ id: `${id}Call`, type: "http", provider: "courier", method: "GET", url: "/x" }],
  }),
];

/** A tool whose nodes run one after the other. */
export const greenTool: fc.Arbitrary<DraftTool> = fc
  .array(fc.constantFrom(...makers), { minLength: 1, maxLength: 8 })
  .map((chosen) => ({
    apiVersion: "lintel/v1",
    kind: "Tool",
    name: "drawn",
    trigger: { http: { method: "POST", path: "/drawn" } },
    authorize: { roles: ["agent"] },
    input: {
      type: "object",
      additionalProperties: false,
      required: ["id"],
      properties: { id: { type: "string", format: "uuid" } },
    },
    output: { type: "object", properties: {} },
    flow: chosen.map((make, index) => make(`n${index}`, index === 0 ? [] : [`n${index - 1}`])),
    respond: {},
  }));
