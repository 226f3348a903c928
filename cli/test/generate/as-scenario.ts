import { isJsonObject, type JsonObject, type JsonValue } from "@lintel/specs";
import { stringify } from "yaml";
import type { BrokenLaw } from "../laws/laws.ts";
import { type ConcreteCall, firstInstant, plainReply, type SequenceRun } from "./run-sequence.ts";

/** A scenario file that fails as the sequence does, until what it breaks is put right. */
export function asScenario({ calls, seen }: SequenceRun, { law, subject }: BrokenLaw): string {
  const used = new Set(calls.flatMap(({ input }) => referencesIn(input)));
  const steps = calls.map((call, index): JsonObject => {
    const { tool, caller, key, wait } = call;
    const isLast = index === calls.length - 1;
    const needsKey = tool.idempotency === "required" && tool.trigger.type === "http";
    const input = written(call.input) as JsonObject;
    const status = seen[index]?.answer.status ?? 200;
    return {
      ...(used.has(call.id) ? { id: nameOf(call.id) } : {}),
      tool: tool.name,
      ...(wait === 0 ? {} : { at: `+${String(wait / 3_600_000)}h` }),
      ...(caller === undefined ? {} : { caller: plainCaller(caller) }),
      ...(Object.keys(input).length === 0 ? {} : { input }),
      ...(needsKey ? { idempotencyKey: `key-${String(key)}` } : {}),
      ...(tool.trigger.type === "webhook" ? { delivery: { id: `delivery-${String(key)}` } } : {}),
      ...(isLast ? { expect: { status: { $lt: 500 } } } : status < 300 ? {} : { expect: { status } }),
    };
  });
  const providers = repliesOf(calls, seen);
  const name = `${law}-${subject}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, "-")
    .replaceAll(/^-+|-+$/gu, "")
    .slice(0, 50)
    .replace(/-+$/u, "");
  const body = {
    apiVersion: "lintel/v1",
    kind: "Scenario",
    name: /^[a-z]/u.test(name) ? name : `found-${name}`,
    description: `Found by lintel test --generate: breaks ${law} ${subject}.`,
    now: firstInstant,
    ...(Object.keys(providers).length === 0 ? {} : { providers }),
    steps,
  };
  return stringify(body, { lineWidth: 120, aliasDuplicateObjects: false, version: "1.2" });
}

function plainCaller({ subject, roles, claims }: NonNullable<ConcreteCall["caller"]>): JsonObject {
  return { subject, roles, ...(Object.keys(claims).length === 0 ? {} : { claims }) };
}

function repliesOf(calls: readonly ConcreteCall[], seen: SequenceRun["seen"]): JsonObject {
  const replies = seen.flatMap(({ calls: asked }, index) => {
    const call = calls[index];
    return call === undefined
      ? []
      : asked.map(({ provider, method, path }) => {
          const { status, body = {} } = plainReply(call, { provider });
          return { provider, reply: { request: `${method} ${path}`, status, body } };
        });
  });
  const byProvider = Map.groupBy(replies, ({ provider }) => provider);
  return Object.fromEntries([...byProvider].map(([provider, list]) => [provider, list.map(({ reply }) => reply)]));
}

function nameOf(id: number): string {
  return `call${String(id + 1)}`;
}

function referencesIn(value: JsonValue): readonly number[] {
  if (typeof value !== "object" || value === null) return [];
  if (isJsonObject(value) && Array.isArray(value["$from"])) return [Number(value["$from"][0])];
  return Object.values(value).flatMap((inner) => referencesIn(inner));
}

/** References as expressions; other text with `${` in it is kept from being one. */
function written(value: JsonValue): JsonValue {
  if (typeof value === "string") return value.replaceAll("${", "$${");
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(written);
  if (!isJsonObject(value)) return value;
  if (Array.isArray(value["$from"])) {
    const [id, path] = value["$from"] as unknown as readonly [number, readonly string[]];
    const steps = path.map((step) => (/^\d+$/u.test(step) ? `[${step}]` : `.${step}`)).join("");
    return `\${steps.${nameOf(id)}.body${steps}}`;
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, written(inner)]));
}
