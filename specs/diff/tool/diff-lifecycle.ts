import type { Tool } from "../../language/tool.ts";
import { type Difference, values } from "../change.ts";

/** For sunset dates. */
export interface Calendar {
  /** YYYY-MM-DD; empty where no day is known, so that none has passed and none is near. */
  readonly today: string;
  /** Days between the day on which callers are told of an end and that end. */
  readonly notice: number;
}

/** A tool that is gone; after its sunset date (RFC 8594) nobody was promised it. */
export function removal({ name, trigger, origin, deprecated, sunset }: Tool, today: string): Difference {
  const path = `tool/${name}`;
  if (sunset !== undefined && sunset < today) {
    return { rule: "tool-removed-after-sunset", path, message: `${name} is gone; its sunset was ${sunset}` };
  }
  if (trigger.type === "schedule") return { rule: "schedule-removed", path, message: `${name} is gone` };
  if (origin === "crud") return { rule: "generated-tool-removed", path, message: `${name}, a generated tool, is gone` };
  if (!deprecated && sunset === undefined) return { rule: "tool-removed", path, message: `${name} is gone` };
  const message = `${name} is gone; ${sunset === undefined ? "it was deprecated without a sunset date" : `its sunset is ${sunset}`}`;
  return { rule: "tool-removed-before-sunset", path, message };
}

export function diffLifecycle(before: Tool, after: Tool, path: string, calendar: Calendar): readonly Difference[] {
  const deprecation: Difference = {
    rule: after.deprecated ? "tool-deprecated" : "tool-undeprecated",
    path: `${path}/deprecated`,
    message: after.deprecated ? "is deprecated" : "is no longer deprecated",
  };
  return [
    ...(before.deprecated === after.deprecated ? [] : [deprecation]),
    ...diffSunset(before, after, path, calendar),
  ];
}

function diffSunset(
  { sunset: old }: Tool,
  { sunset: next }: Tool,
  path: string,
  calendar: Calendar,
): readonly Difference[] {
  if (old === next) return [];
  const at = { path: `${path}/sunset`, ...values(old, next) };
  if (next === undefined) return [{ rule: "sunset-extended", message: `stays; its sunset was ${old ?? ""}`, ...at }];
  if (old !== undefined) {
    const rule = next < old ? "sunset-shortened" : "sunset-extended";
    return [{ rule, message: `sunset ${old} is ${next} now`, ...at }];
  }
  const earliest = earliestEnd(calendar);
  if (next >= earliest) return [{ rule: "sunset-set", message: `may be removed after ${next}`, ...at }];
  const message = `may be removed after ${next}; with ${String(calendar.notice)} days' notice, not before ${earliest}`;
  return [{ rule: "sunset-too-soon", message, ...at }];
}

function earliestEnd({ today, notice }: Calendar): string {
  if (today === "") return "";
  const day = new Date(`${today}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + notice);
  return day.toISOString().slice(0, 10);
}
