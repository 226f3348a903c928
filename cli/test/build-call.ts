import { createHash, createHmac, randomUUID } from "node:crypto";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type Tool,
  type WebhookSignature,
  type WebhookTrigger,
} from "@lintel/specs";
import { localScheduler } from "../local/executor.ts";
import type { LocalIssuer } from "../local/issuer.ts";

/** A step with its expressions worked out. */
export interface PlannedCall {
  readonly tool: Tool;
  readonly input: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
  readonly caller?: { readonly subject?: string; readonly roles: readonly string[]; readonly claims: JsonObject };
  readonly idempotencyKey?: string;
  readonly delivery: {
    readonly id?: string;
    readonly signature: "valid" | "wrong" | "missing";
    readonly sentAt?: string;
  };
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What goes over the wire. */
export interface HttpCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface CallContext {
  readonly issuer: LocalIssuer;
  readonly audience: string;
  readonly roleClaim: string;
  readonly secret: (name: string) => string;
}

/** The request of a call, as its tool's trigger wants it. */
export async function buildCall(call: PlannedCall, context: CallContext): Promise<HttpCall> {
  const { trigger } = call.tool;
  switch (trigger.type) {
    case "http":
      return httpCall(call, trigger.method, trigger.path, context);
    case "webhook":
      return webhookCall(call, trigger, context);
    case "schedule": {
      const token = await context.issuer.token(localScheduler.audience, {
        sub: "scheduler",
        email: localScheduler.email,
        email_verified: true,
      });
      const headers = { ...call.headers, Authorization: `Bearer ${token}` };
      return { method: "POST", path: `/_lintel/schedules/${call.tool.name}`, headers, body: null };
    }
  }
}

async function httpCall(call: PlannedCall, method: string, template: string, context: CallContext): Promise<HttpCall> {
  const rest = new Map(Object.entries(call.input));
  const path = template.replaceAll(/\{(\w+)\}/gu, (_, name: string) => {
    const value = rest.get(name);
    rest.delete(name);
    return encodeURIComponent(textOf(value ?? ""));
  });
  const isBodiless = /^(?:GET|HEAD|DELETE)$/u.test(method);
  const query = new URLSearchParams(
    [...rest].flatMap(([name, value]) => [value].flat().map((item) => [name, textOf(item)])),
  );
  const suffix = isBodiless && rest.size > 0 ? `?${query.toString()}` : "";
  const headers = {
    ...(isBodiless ? {} : { "Content-Type": "application/json" }),
    ...(call.caller === undefined ? {} : { Authorization: `Bearer ${await tokenOf(call.caller, context)}` }),
    ...(call.idempotencyKey === undefined ? {} : { "Idempotency-Key": call.idempotencyKey }),
    ...call.headers,
  };
  return { method, path: path + suffix, headers, body: isBodiless ? null : JSON.stringify(Object.fromEntries(rest)) };
}

function textOf(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

async function tokenOf(caller: NonNullable<PlannedCall["caller"]>, context: CallContext): Promise<string> {
  const { issuer, audience, roleClaim } = context;
  const { subject, roles, claims } = caller;
  const named = { ...(subject === undefined ? {} : { sub: subject }), ...claims };
  return issuer.token(audience, withClaim(named, roleClaim, roles));
}

/** The claim of that very name where it has no dots, else the one that dots lead to. */
function withClaim(claims: JsonObject, path: string, value: JsonValue): JsonObject {
  const [first = "", ...rest] = path.split(".");
  if (rest.length === 0) return { ...claims, [first]: value };
  const inner = claims[first];
  return { ...claims, [first]: withClaim(isJsonObject(inner) ? inner : {}, rest.join("."), value) };
}

function webhookCall(call: PlannedCall, trigger: WebhookTrigger, { secret }: CallContext): HttpCall {
  const { signature, idHeader } = trigger;
  const { delivery } = call;
  const body = JSON.stringify(call.input);
  const sentAt = delivery.sentAt === undefined ? call.now : Date.parse(delivery.sentAt);
  const timestamp = String(Math.floor(sentAt / 1000));
  const key = delivery.signature === "wrong" ? "another key" : secret(signature.secret);
  const headers = {
    "Content-Type": "application/json",
    ...(idHeader === undefined ? {} : { [idHeader]: delivery.id ?? randomUUID() }),
    ...(delivery.signature === "missing" ? {} : signed(signature, key, timestamp, body)),
    ...call.headers,
  };
  return { method: "POST", path: trigger.path, headers, body };
}

/** What the sender sends with a body (docs.stripe.com/webhooks/signature for stripe's own scheme). */
function signed(
  { scheme, header, prefix, encoding, timestampHeader }: WebhookSignature,
  key: string,
  timestamp: string,
  body: string,
): Readonly<Record<string, string>> {
  const sign = (content: string): Buffer => createHmac("sha256", key).update(content).digest();
  if (scheme === "stripe") {
    return { [header]: `t=${timestamp},v1=${sign(`${timestamp}.${body}`).toString("hex")}` };
  }
  const content = timestampHeader === undefined ? body : `${timestamp}.${body}`;
  return {
    [header]: prefix + sign(content).toString(encoding),
    ...(timestampHeader === undefined ? {} : { [timestampHeader]: timestamp }),
  };
}

/** A uuid that is the same in every run: of version 8 (RFC 9562, section 5.8), from what it stands for. */
export function steadyId(...parts: readonly string[]): string {
  const hex = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
