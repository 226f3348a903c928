import type { EmailNode, ExternalBase, HttpNode, PaymentNode } from "@lintel/specs";
import { httpCompensation, paymentCompensation, paymentKeys } from "./action-keys.ts";
import { base } from "./node-keys.ts";
import { type Keys, maybe, objectOf, oneOf } from "./shape.ts";
import { absent, duration, httpMethod, json, jsonObject, retry, someJson, templates, text } from "./value-shapes.ts";

const external: Keys<Omit<ExternalBase, "compensate">> = {
  ...base,
  timeout: maybe(duration),
  retry: maybe(retry),
  delivery: maybe(oneOf({ atLeastOnce: true, atMostOnce: true })),
};

export const payment = paymentKeys(
  objectOf<PaymentNode>({
    ...external,
    type: oneOf({ payment: true }),
    provider: text,
    operation: oneOf({ charge: true, authorize: true, refund: true, capture: true, cancel: true }),
    amount: maybe(someJson),
    charge: maybe(someJson),
    customer: maybe(json),
    paymentMethod: maybe(json),
    metadata: templates,
    compensate: maybe(paymentCompensation),
  }),
);

export const email = objectOf<EmailNode>({
  ...external,
  type: oneOf({ email: true }),
  provider: text,
  template: text,
  to: json,
  subject: maybe(someJson),
  values: templates,
  compensate: maybe(absent),
});

export const http = objectOf<HttpNode>({
  ...external,
  type: oneOf({ http: true }),
  provider: maybe(text),
  method: httpMethod,
  url: json,
  query: templates,
  headers: templates,
  body: maybe(json),
  response: maybe(jsonObject),
  compensate: maybe(httpCompensation),
});
