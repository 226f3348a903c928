import { canonicalJson } from "../../bundle/canonical-json.ts";
import { parametersOf } from "../../compile/compile-trigger.ts";
import { isJsonObject, type JsonSchema } from "../../json.ts";
import type { ScheduleTrigger, Tool, WebhookTrigger } from "../../language/tool.ts";
import { type Difference, values } from "../change.ts";
import type { DiffRuleId } from "../rules/index.ts";

/** What a call is matched by: method and path, whatever its parameters are called. A schedule is what it does and when. */
export function routeOf({ trigger, flow }: Pick<Tool, "trigger" | "flow">): string {
  if (trigger.type === "schedule") return `schedule ${canonicalJson({ trigger, flow })}`;
  return `${trigger.type === "http" ? trigger.method : "POST"} ${shapeOf(trigger.path)}`;
}

function shapeOf(path: string): string {
  return path.replaceAll(/\{[^}]*\}/gu, "{}");
}

type NewNames = ReadonlyMap<string, string>;

/** The path's parameters that have another name at the same place of the URL; none where the paths differ. */
function newNames(before: Tool, after: Tool): NewNames {
  if (before.trigger.type !== "http" || after.trigger.type !== "http") return new Map();
  if (shapeOf(before.trigger.path) !== shapeOf(after.trigger.path)) return new Map();
  const next = parametersOf(after.trigger.path);
  const pairs = parametersOf(before.trigger.path).map((name, index) => [name, next[index] ?? name] as const);
  return new Map(pairs.filter(([from, to]) => from !== to));
}

/** Whether a place of the URL now gives its value to what was another property: callers cannot know. */
function isRebound({ input }: Tool, names: NewNames): boolean {
  const properties = isJsonObject(input["properties"]) ? input["properties"] : {};
  return [...names.values()].some((name) => Object.hasOwn(properties, name));
}

/** The old input with the new names of the path's parameters: the URL holds their values, and not their names. */
export function renamedParameters(before: Tool, after: Tool): JsonSchema {
  const names = newNames(before, after);
  if (isRebound(before, names)) return before.input;
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

export function diffTrigger(tool: Tool, next: Tool, path: string): readonly Difference[] {
  const at = `${path}/trigger`;
  const [before, after] = [tool.trigger, next.trigger];
  if (before.type === "http" && after.type === "http") {
    const method = changed("method-changed", `${at}/http/method`, "method", before.method, after.method);
    const rule = isRebound(tool, newNames(tool, next)) ? "path-parameters-swapped" : "path-parameter-renamed";
    return [...method, ...diffPath(before.path, after.path, `${at}/http/path`, rule)];
  }
  if (before.type === "webhook" && after.type === "webhook") return diffWebhook(before, after, `${at}/webhook`);
  if (before.type === "schedule" && after.type === "schedule") return diffSchedule(before, after, `${at}/schedule`);
  const message = `is triggered by ${after.type}, not by ${before.type}`;
  // Nobody called it so far.
  const rule = before.type === "schedule" ? "schedule-removed" : "trigger-type-changed";
  return [{ rule, path: at, message, ...values(before.type, after.type) }];
}

function diffPath(before: string, after: string, path: string, renamed: DiffRuleId): readonly Difference[] {
  if (before === after) return [];
  const rule = shapeOf(before) === shapeOf(after) ? renamed : "path-removed";
  return [{ rule, path, message: `path ${before} is ${after} now`, ...values(before, after) }];
}

function diffWebhook(before: WebhookTrigger, after: WebhookTrigger, path: string): readonly Difference[] {
  const { secret: oldSecret, tolerance: oldTolerance, ...oldScheme } = before.signature;
  const { secret, tolerance, ...scheme } = after.signature;
  const signature = `${path}/signature`;
  return [
    ...diffPath(before.path, after.path, `${path}/path`, "path-parameter-renamed"),
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
