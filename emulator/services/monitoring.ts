import { randomInt } from "node:crypto";
import { ApiError, invalidField } from "../api/errors.ts";
import { isObject, type JsonObject, toJson } from "../api/json.ts";
import type { Collection } from "../state/store.ts";
import { type Call, type Handlers, text, type World } from "../world.ts";

interface Kind {
  /** Method ids begin with it. */
  readonly prefix: string;
  /** Last part of the parent's path. */
  readonly plural: string;
  readonly defaults: JsonObject;
  /** Checks what the description does not. */
  check?(world: World, body: JsonObject): void;
}

const kinds: readonly Kind[] = [
  { prefix: "monitoring.projects.dashboards", plural: "dashboards", defaults: {} },
  { prefix: "monitoring.projects.notificationChannels", plural: "notificationChannels", defaults: { enabled: true } },
  {
    prefix: "monitoring.projects.alertPolicies",
    plural: "alertPolicies",
    defaults: { enabled: true },
    check: (world, body) => {
      checkChannels(world, body);
      checkLogCondition(body);
    },
  },
];

function checkChannels(world: World, body: JsonObject): void {
  const channels = (body["notificationChannels"] ?? []) as readonly string[];
  const missing = channels.find((channel) => !world.store.collection("monitoring").has(channel));
  if (missing !== undefined) throw new ApiError("NOT_FOUND", `Cannot find notification channel ${missing}.`);
}

/**
 * A policy that matches log lines has that condition only, and a limit of how often it tells
 * (monitoring/api/ref_v3/rest/v3/projects.alertPolicies#AlertStrategy, LogMatch).
 */
function checkLogCondition(body: JsonObject): void {
  const conditions = (body["conditions"] ?? []) as readonly JsonObject[];
  const matching = conditions.filter((condition) => isObject(condition["conditionMatchedLog"]));
  const strategy = isObject(body["alertStrategy"]) ? body["alertStrategy"] : {};
  const isLimited = isObject(strategy["notificationRateLimit"]);
  if (matching.length > 0 && conditions.length > 1)
    throw invalidField("alert_policy.conditions", "A policy with a log match condition can have no other condition.");
  if (matching.length > 0 !== isLimited)
    throw invalidField(
      "alert_policy.alert_strategy.notification_rate_limit",
      "notification_rate_limit is required for policies with a log match condition, and for no other.",
    );
}

/** Monitoring v3 and v1: alert policies, notification channels, dashboards. They are kept; nothing is measured. */
export function monitoringHandlers(world: World): Handlers {
  return Object.assign({}, ...kinds.map((kind) => handlersOf(world, kind))) as Handlers;
}

function findIn(kept: Collection<JsonObject>, name: string): JsonObject {
  const found = kept.get(name);
  if (found === undefined) throw new ApiError("NOT_FOUND", `Cannot find resource ${name}.`);
  return found;
}

/** Dashboards carry an etag and are refused when it is stale. */
function checkEtag(current: JsonObject, body: JsonObject): void {
  const etag = text(body, "etag");
  if (etag !== "" && etag !== current["etag"])
    throw new ApiError("ABORTED", "The etag does not match the current one.");
}

function stamp(kind: Kind, body: JsonObject): JsonObject {
  if (kind.plural === "dashboards") return { etag: crypto.randomUUID().replaceAll("-", "") };
  const record = { mutateTime: new Date().toISOString() };
  const conditions = ((body["conditions"] ?? []) as readonly JsonObject[]).map((condition) => ({
    ...condition,
    name: text(condition, "name") || `${text(body, "name")}/conditions/${String(randomInt(1e12, 2e12))}`,
  }));
  return { mutationRecord: record, ...(kind.plural === "alertPolicies" ? { conditions } : {}) };
}

function handlersOf(world: World, kind: Kind): Handlers {
  const kept = world.store.collection<JsonObject>("monitoring");
  const keep = (name: string, body: JsonObject): JsonObject => {
    kind.check?.(world, body);
    const value = toJson({ ...kind.defaults, ...body, name, ...stamp(kind, { ...body, name }) });
    kept.put(name, value);
    return value;
  };
  const nameOf = (call: Call): string => `projects/${call.project}/${call.resource.split("/").slice(2).join("/")}`;
  return {
    [`${kind.prefix}.create`]: (call) => {
      const given = text(call.body, "name");
      return keep(
        given === "" ? `projects/${call.project}/${kind.plural}/${String(randomInt(1e12, 2e12))}` : given,
        call.body,
      );
    },
    [`${kind.prefix}.get`]: (call) => findIn(kept, nameOf(call)),
    [`${kind.prefix}.list`]: (call) => ({
      [kind.plural]: kept.list(`projects/${call.project}/${kind.plural}/`).map(([, value]) => value),
    }),
    [`${kind.prefix}.patch`]: (call) => {
      const current = findIn(kept, nameOf(call));
      checkEtag(current, call.body);
      const { etag: _, ...body } = call.body;
      return keep(nameOf(call), call.query.has("updateMask") ? { ...current, ...body } : body);
    },
    [`${kind.prefix}.delete`]: (call) => {
      findIn(kept, nameOf(call));
      kept.delete(nameOf(call));
      return {};
    },
  };
}
