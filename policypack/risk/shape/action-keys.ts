// Keys that depend on what a node does, and what undoes it: the rules of the specs' JSON Schemas that types do not hold.
import {
  type HttpNode,
  isJsonObject,
  type JsonObject,
  type PaymentNode,
  type WriteAction,
  type WriteNode,
} from "@lintel/specs";
import { maybe, objectOf, oneOf, type Shape } from "./shape.ts";
import { httpMethod, json, someJson, templates, text } from "./value-shapes.ts";

interface KeyRule {
  readonly needs?: readonly string[];
  readonly refuses?: readonly string[];
}

const writeRules: Readonly<Record<WriteAction, KeyRule>> = {
  create: { refuses: ["key", "where", "transition", "limit", "version"] },
  update: { refuses: ["transition"] },
  transition: { needs: ["transition"] },
  softDelete: { refuses: ["transition"] },
  erase: { refuses: ["transition"] },
  delete: { refuses: ["transition"] },
};

const paymentRules: Readonly<Record<PaymentNode["operation"], KeyRule>> = {
  charge: { needs: ["amount"] },
  authorize: { needs: ["amount"] },
  refund: { needs: ["charge"] },
  capture: { needs: ["charge"] },
  cancel: { needs: ["charge"] },
};

export function writeKeys(node: Shape<WriteNode>): Shape<WriteNode> {
  return withRules(node, "action", writeRules);
}

export function paymentKeys(node: Shape<PaymentNode>): Shape<PaymentNode> {
  return withRules(node, "operation", paymentRules);
}

export const paymentCompensation: Shape<JsonObject> = objectOf<
  Partial<Pick<PaymentNode, "amount" | "charge" | "metadata">> & { readonly operation: "refund" | "cancel" }
>({
  operation: oneOf({ refund: true, cancel: true }),
  charge: maybe(someJson),
  amount: maybe(someJson),
  metadata: maybe(templates),
});

export const httpCompensation: Shape<JsonObject> = objectOf<
  Pick<HttpNode, "method" | "body"> & Partial<Pick<HttpNode, "query" | "headers">> & { readonly url: string }
>({
  method: httpMethod,
  url: text,
  query: maybe(templates),
  headers: maybe(templates),
  body: maybe(json),
});

function withRules<T>(node: Shape<T>, by: string, rules: Readonly<Record<string, KeyRule>>): Shape<T> {
  return {
    misfit: (value) => {
      const misfit = node.misfit(value);
      if (misfit !== undefined || !isJsonObject(value)) return misfit;
      const does = value[by];
      if (typeof does !== "string") return undefined;
      const { needs = [], refuses = [] } = rules[does] ?? {};
      const missing = needs.find((key) => !Object.hasOwn(value, key));
      if (missing !== undefined) return { path: [missing], problem: `is missing, which "${does}" needs` };
      const refused = refuses.find((key) => Object.hasOwn(value, key));
      return refused === undefined ? undefined : { path: [refused], problem: `is a key that "${does}" does not have` };
    },
  };
}
