import { canonicalJson } from "../../bundle/canonical-json.ts";
import { parametersOf } from "../../compile/compile-trigger.ts";
import { isJsonObject, type JsonSchema } from "../../json.ts";
import type { HttpTrigger, ScheduleTrigger, Tool, Trigger, WebhookTrigger } from "../../language/tool.ts";
import { type Difference, values } from "../change.ts";
import type { DiffRuleId } from "../rules/index.ts";

/** What a call is matched by: method and path, whatever its parameters are called. Schedules are called by name. */
export function routeOf({ name, trigger }: Pick<Tool, "name" | "trigger">): string {
  if (trigger.type === "schedule") return `schedule ${name}`;
  return `${trigger.type === "http" ? trigger.method : "POST"} ${shapeOf(trigger.path)}`;
}

function shapeOf(path: string): string {
  return path.replaceAll(/\{[^}]*\}/gu, "{}");
}

/** The old input with the new names of the path's parameters: the URL holds their values, and not their names. */
export function renamedParameters(before: Tool, after: Tool): JsonSchema {
  if (before.trigger.type !== "http" || after.trigger.type !== "http") return before.input;
  if (shapeOf(before.trigger.path) !== shapeOf(after.trigger.path)) return before.input;
  const next = parametersOf(after.trigger.path);
  const names = new Map(parametersOf(before.trigger.path).map((name, index) => [name, next[index] ?? name] as const));
  const { properties, required, ...rest } = before.input;
  const renamed = (name: string): string => names.get(name) ?? name;
  return {
    ...rest,
    ...(Array.isArray(required) ? { required: (required as readonly string[]).map(renamed) } : {}),
    ...(isJsonObject(properties)
      ? { properties: Object.fromEntries(Object.entries(properties).map(([name, part]) => [renamed(name), part])) }
      : {}),
  };
}

export function diffTrigger(before: Trigger, after: Trigger, path: string): readonly Difference[] {
  const at = `${path}/trigger`;
  if (before.type === "http" && after.type === "http") return diffHttp(before, after, `${at}/http`);
  if (before.type === "webhook" && after.type === "webhook") return diffWebhook(before, after, `${at}/webhook`);
  if (before.type === "schedule" && after.type === "schedule") return diffSchedule(before, after, `${at}/schedule`);
  const message = `is triggered by ${after.type}, not by ${before.type}`;
  return [{ rule: "trigger-type-changed", path: at, message, ...values(before.type, after.type) }];
}

function diffHttp(before: HttpTrigger, after: HttpTrigger, path: string): readonly Difference[] {
  return [
    ...changed("method-changed", `${path}/method`, "method", before.method, after.method),
    ...diffPath(before.path, after.path, `${path}/path`),
  ];
}

function diffPath(before: string, after: string, path: string): readonly Difference[] {
  if (before === after) return [];
  const rule = shapeOf(before) === shapeOf(after) ? "path-parameter-renamed" : "path-removed";
  return [{ rule, path, message: `path ${before} is ${after} now`, ...values(before, after) }];
}

function diffWebhook(before: WebhookTrigger, after: WebhookTrigger, path: string): readonly Difference[] {
  const { secret: oldSecret, tolerance: oldTolerance, ...oldScheme } = before.signature;
  const { secret, tolerance, ...scheme } = after.signature;
  const signature = `${path}/signature`;
  return [
    ...diffPath(before.path, after.path, `${path}/path`),
    ...changed("webhook-signature-changed", signature, "signature", canonicalJson(oldScheme), canonicalJson(scheme)),
    ...changed("webhook-secret-changed", `${signature}/secret`, "secret", oldSecret, secret),
    ...changed(
      tolerance < oldTolerance ? "webhook-tolerance-lowered" : "webhook-tolerance-raised",
      `${signature}/tolerance`,
      "tolerance in ms",
      oldTolerance,
      tolerance,
    ),
    ...changed(
      after.replayWindow < before.replayWindow ? "webhook-replay-window-shortened" : "webhook-replay-window-extended",
      `${path}/replayWindow`,
      "replay window in ms",
      before.replayWindow,
      after.replayWindow,
    ),
    ...changed("webhook-id-changed", `${path}/idHeader`, "id header", before.idHeader, after.idHeader),
  ];
}

function diffSchedule(before: ScheduleTrigger, after: ScheduleTrigger, path: string): readonly Difference[] {
  const [old, next] = [before, after].map(({ cron, timeZone }) => `${cron} ${timeZone}`);
  return changed("schedule-changed", path, "schedule", old, next);
}

function changed(
  rule: DiffRuleId,
  path: string,
  what: string,
  before: string | number | undefined,
  after: string | number | undefined,
): readonly Difference[] {
  if (before === after) return [];
  const message = `${what} ${String(before ?? "none")} is ${String(after ?? "none")} now`;
  return [{ rule, path, message, ...values(before, after) }];
}
