import type {
  Authorization,
  HttpTrigger,
  ScheduleTrigger,
  Tool,
  Trigger,
  WebhookSignature,
  WebhookTrigger,
} from "@lintel/specs";
import { nodes } from "./node-shapes.ts";
import { maybe, objectOf, oneOf, type Shape, variantOf } from "./shape.ts";
import { anyText, duration, flag, httpMethod, json, jsonObject, text, texts, wholeNumber } from "./value-shapes.ts";

const trigger = variantOf<Trigger>({
  http: objectOf<HttpTrigger>({ type: oneOf({ http: true }), method: httpMethod, path: text }),
  webhook: objectOf<WebhookTrigger>({
    type: oneOf({ webhook: true }),
    path: text,
    signature: objectOf<WebhookSignature>({
      scheme: oneOf({ "hmac-sha256": true, stripe: true }),
      header: text,
      prefix: anyText,
      encoding: oneOf({ hex: true, base64: true }),
      timestampHeader: maybe(text),
      secret: text,
      tolerance: duration,
    }),
    replayWindow: duration,
    idHeader: maybe(text),
  }),
  schedule: objectOf<ScheduleTrigger>({ type: oneOf({ schedule: true }), cron: text, timeZone: text }),
});

const authorize = variantOf<Authorization>({
  roles: objectOf({ type: oneOf({ roles: true }), roles: texts }),
  public: objectOf({ type: oneOf({ public: true }) }),
  signature: objectOf({ type: oneOf({ signature: true }) }),
  oidc: objectOf({ type: oneOf({ oidc: true }) }),
});

export const tool: Shape<Tool> = objectOf<Tool>({
  name: text,
  description: maybe(anyText),
  version: text,
  deprecated: flag,
  sunset: maybe(text),
  origin: oneOf({ file: true, crud: true }),
  trigger,
  authorize,
  concurrency: oneOf({ optimistic: true, pessimistic: true, serializable: true }),
  idempotency: oneOf({ required: true, optional: true, none: true }),
  input: jsonObject,
  output: jsonObject,
  flow: nodes,
  respond: json,
  status: wholeNumber(200),
});
