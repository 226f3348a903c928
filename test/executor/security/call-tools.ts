// Calls of every tool, with one value of its input replaced.
import { createHmac, randomUUID } from "node:crypto";
import type { Bundle, JsonObject, JsonValue, Tool } from "@lintel/specs";
import type { Bookings, Reply } from "../start-bookings.ts";

/** Ids that exist, by the name of the property that refers to them. */
export type Ids = Readonly<Record<string, string>>;

interface Schema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly JsonValue[];
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** Input that a tool takes, each property given. */
export function usualInput(tool: Tool, ids: Ids): JsonObject {
  const { properties = {} } = tool.input as Schema;
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => name !== "cursor" && name !== "version")
      .map(([name, schema]) => [name, usualValue(idName(tool, name), schema, ids)]),
  );
}

function idName(tool: Tool, name: string): string {
  return name === "id" ? `${tool.name.split("-").at(-1) ?? ""}Id` : name.replace(/_\w+$/u, "");
}

function usualValue(name: string, schema: Schema, ids: Ids): JsonValue {
  const type = typeof schema.type === "string" ? schema.type : schema.type?.[0];
  if (schema.enum !== undefined) return schema.enum[0] ?? null;
  if (schema.format === "uuid") return ids[name] ?? randomUUID();
  if (schema.format === "date") return name.startsWith("end") ? "2033-01-03" : "2033-01-01";
  if (type === "integer") return schema.minimum ?? 1;
  if (type === "boolean") return true;
  if (type === "array") return [usualValue(name, schema.items ?? {}, ids)];
  if (type === "object") {
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([key, each]) => [key, usualValue(key, each, ids)]),
    );
  }
  return `u${String(Math.floor(Math.random() * 1e8))}`;
}

/** Tools that HTTP or a webhook reaches. */
export function reachableTools({ tools }: Bundle): readonly Tool[] {
  return tools.filter(({ trigger }) => trigger.type !== "schedule");
}

export interface Sent {
  readonly input: JsonObject;
  readonly token: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends input as the tool takes it: path, query or body; a webhook signed. */
export function send(bookings: Pick<Bookings, "url">, tool: Tool, sent: Sent): Promise<Reply> {
  const { trigger } = tool;
  if (trigger.type === "webhook") return deliver(bookings, trigger.path, sent);
  if (trigger.type !== "http") throw new Error(`${tool.name} is not called by HTTP`);
  const rest: Record<string, JsonValue> = { ...sent.input };
  const path = trigger.path.replaceAll(/\{(\w+)\}/gu, (_, name: string) => {
    const value = rest[name];
    Reflect.deleteProperty(rest, name);
    return encodeURIComponent(textOf(value)) || "%20";
  });
  const headers = { Authorization: `Bearer ${sent.token}`, "Idempotency-Key": randomUUID(), ...sent.headers };
  if (trigger.method === "GET" || trigger.method === "DELETE") {
    const query = Object.entries(rest).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((each): [string, string] => [name, textOf(each as JsonValue)]),
    );
    return fetched(`${bookings.url}${path}?${new URLSearchParams(query).toString()}`, trigger.method, headers, null);
  }
  const json = { ...headers, "Content-Type": "application/json" };
  return fetched(`${bookings.url}${path}`, trigger.method, json, JSON.stringify(rest));
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value.toWellFormed() : JSON.stringify(value ?? null);
}

function deliver(bookings: Pick<Bookings, "url">, path: string, { input, headers }: Sent): Promise<Reply> {
  const body = JSON.stringify(input);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", "webhook-secret").update(`${timestamp}.${body}`).digest("hex");
  const own = {
    "Content-Type": "application/json",
    "X-Timestamp": timestamp,
    "X-Signature": `sha256=${signature}`,
    "X-Delivery-Id": randomUUID(),
    ...headers,
  };
  return fetched(`${bookings.url}${path}`, "POST", own, body);
}

async function fetched(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body: string | null,
): Promise<Reply> {
  const response = await fetch(url, { method, headers, body });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === "" ? {} : JSON.parse(text)) as Reply["body"],
  };
}
