import {
  allNodes,
  type Bundle,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type ProviderReply,
} from "@lintel/specs";
import type { ProviderCall } from "../../local/stand-ins.ts";
import type { PlannedCall } from "../build-call.ts";
import type { Lane, Observation } from "../lane.ts";
import { type BrokenLaw, brokenLaws, type Laws } from "../laws/laws.ts";
import type { DrawnCall } from "./draw-calls.ts";
import { simplestValue } from "./simplest-value.ts";

/** A call of a sequence that ran: `{ $from: [index, path] }` in its input stands for what an earlier one answered. */
export interface ConcreteCall extends DrawnCall {
  /** Tells calls apart while others are taken away. */
  readonly id: number;
}

export interface SequenceRun {
  readonly calls: readonly ConcreteCall[];
  readonly seen: readonly Observation[];
  /** What the last call broke. */
  readonly broken: BrokenLaw | undefined;
}

export interface SequenceBed {
  readonly lane: Lane;
  readonly laws: Laws;
  readonly bundle: Bundle;
}

/** Where a scenario that shows a sequence begins. */
export const firstInstant = "2026-01-01T12:00:00.000Z";

/** Runs calls on an empty database until one breaks a law; `wanted` counts that law alone. */
export async function runSequence(
  bed: SequenceBed,
  drawn: readonly DrawnCall[],
  wanted?: BrokenLaw,
): Promise<SequenceRun> {
  const { lane, laws } = bed;
  await lane.reset();
  const calls: ConcreteCall[] = [];
  const seen: Observation[] = [];
  let now = Date.parse(firstInstant);
  for (const [index, call] of drawn.entries()) {
    // Calls about rows that do not exist yet say little; one in six is made all the same.
    if (call.key > 0 && isPremature(call.input, calls, seen)) continue;
    now += call.wait;
    const id = "id" in call ? (call as ConcreteCall).id : index;
    const concrete = { ...call, id, input: traced(call.input, calls, seen) as JsonObject };
    const input = resolved(concrete.input, calls, seen) as JsonObject;
    const planned = planOf(concrete, input, now);
    const observation = await lane.perform(planned, (asked) => plainReply(call, asked));
    calls.push(concrete);
    seen.push(observation);
    const found = brokenLaws(laws, planned, observation);
    const broken =
      wanted === undefined ? found[0] : found.find((one) => one.law === wanted.law && one.subject === wanted.subject);
    if (broken !== undefined) return { calls, seen, broken };
  }
  return { calls, seen, broken: undefined };
}

function planOf({ tool, caller, key }: DrawnCall, input: JsonObject, now: number): PlannedCall {
  return {
    tool,
    input,
    headers: {},
    ...(caller === undefined ? {} : { caller }),
    ...(tool.idempotency === "required" ? { idempotencyKey: `key-${String(key)}` } : {}),
    delivery: { signature: "valid", id: `delivery-${String(key)}` },
    now,
  };
}

/** Providers say the plainest thing that the flow can take. */
export function plainReply({ tool }: DrawnCall, { provider }: Pick<ProviderCall, "provider">): ProviderReply {
  const node = allNodes(tool.flow).find((one) => one.type === "http" && one.provider === provider);
  const response = node?.type === "http" ? node.response : undefined;
  return { status: 200, headers: {}, body: response === undefined ? {} : simplestValue(response) };
}

const nobodysId = "00000000-0000-4000-8000-000000000000";

/** Rows by number become places in answers, so that taking another call away does not change which row is meant. */
function traced(value: JsonValue, calls: readonly ConcreteCall[], seen: readonly Observation[]): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => traced(item, calls, seen));
  if (!isJsonObject(value)) return value;
  if (Array.isArray(value["$row"])) {
    const [entity, n] = value["$row"] as unknown as readonly [string, number];
    const places = placesOf(entity, calls, seen);
    return places[n % Math.max(1, places.length)] ?? nobodysId;
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, traced(inner, calls, seen)]));
}

function isPremature(value: JsonValue, calls: readonly ConcreteCall[], seen: readonly Observation[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (isJsonObject(value) && Array.isArray(value["$row"])) {
    return placesOf(String(value["$row"][0]), calls, seen).length === 0;
  }
  return Object.values(value).some((inner) => isPremature(inner, calls, seen));
}

/** Where answers show ids of an entity's rows, the latest first, each row once. */
function placesOf(entity: string, calls: readonly ConcreteCall[], seen: readonly Observation[]): readonly JsonValue[] {
  const ids = new Set((seen.at(-1)?.after[entity] ?? []).map(({ values }) => values["id"]));
  const places = seen.flatMap((observation, index) =>
    idsIn(observation.answer.body).flatMap(({ path, id }) =>
      ids.delete(id) ? [{ $from: [calls[index]?.id ?? 0, path] }] : [],
    ),
  );
  return places.reverse();
}

interface ShownId {
  readonly path: readonly string[];
  readonly id: string;
}

function idsIn(value: JsonValue, path: readonly string[] = []): readonly ShownId[] {
  if (typeof value === "string") return [{ path, id: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => idsIn(inner, [...path, key]));
}

function resolved(value: JsonValue, calls: readonly ConcreteCall[], seen: readonly Observation[]): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => resolved(item, calls, seen));
  if (!isJsonObject(value)) return value;
  if (Array.isArray(value["$from"])) {
    const [id, path] = value["$from"] as unknown as readonly [number, readonly string[]];
    const answer = seen[calls.findIndex((call) => call.id === id)]?.answer.body ?? null;
    return path.reduce<JsonValue>(
      (at, step) => (typeof at === "object" && at !== null ? ((at as JsonObject)[step] ?? nobodysId) : nobodysId),
      answer,
    );
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner, calls, seen)]));
}
