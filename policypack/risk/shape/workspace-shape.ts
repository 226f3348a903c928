import type {
  Auth,
  Defaults,
  EmailProvider,
  HttpProvider,
  Limits,
  PaymentProvider,
  Provider,
  Workspace,
} from "@lintel/specs";
import { listOf, maybe, objectOf, oneOf, recordOf, type Shape, variantOf } from "./shape.ts";
import { anyText, duration, flag, json, retry, text, texts, wholeNumber } from "./value-shapes.ts";

const rate = objectOf<NonNullable<Provider["rateLimit"]>>({ requests: wholeNumber(1), per: duration });

const providerKeys = {
  name: text,
  secret: maybe(text),
  declaredUrl: maybe(text),
  rateLimit: maybe(rate),
};

type MessageTemplate = NonNullable<EmailProvider["templates"]>[string];

const provider = variantOf<Provider>({
  payment: objectOf<PaymentProvider>({
    ...providerKeys,
    type: oneOf({ payment: true }),
    api: oneOf({ stripe: true }),
    baseUrl: text,
  }),
  email: objectOf<EmailProvider>({
    ...providerKeys,
    type: oneOf({ email: true }),
    url: text,
    from: text,
    templates: maybe(recordOf(objectOf<MessageTemplate>({ subject: text, text, html: maybe(text) }))),
  }),
  http: objectOf<HttpProvider>({
    ...providerKeys,
    type: oneOf({ http: true }),
    baseUrl: text,
    auth: maybe(objectOf<NonNullable<HttpProvider["auth"]>>({ header: text, prefix: anyText })),
    idempotencyKeys: flag,
    network: maybe(oneOf({ private: true })),
  }),
});

export const workspace: Shape<Workspace> = objectOf<Workspace>({
  name: text,
  description: maybe(anyText),
  region: text,
  roles: texts,
  auth: objectOf<Auth>({ issuer: text, audience: text, jwks: maybe(text), roleClaim: text, algorithms: texts }),
  providers: listOf(provider),
  secrets: texts,
  defaults: objectOf<Defaults>({
    timeout: maybe(duration),
    retry: maybe(retry),
    rowLimit: maybe(wholeNumber(1)),
    pageSize: maybe(wholeNumber(1)),
  }),
  limits: objectOf<Limits>({
    bodySize: wholeNumber(1),
    executionTime: duration,
    externalCalls: wholeNumber(0),
    rateLimit: maybe(rate),
  }),
  values: recordOf(json),
  environment: text,
});
