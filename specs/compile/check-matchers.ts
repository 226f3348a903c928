import { isJsonObject, type JsonValue } from "../json.ts";
import { suggestion } from "../load/did-you-mean.ts";
import type { Path, Report } from "../load/report.ts";
import { patternProblem } from "./pattern-problem.ts";

/** Matchers that are written as text. */
const plainMatchers = ["$absent", "$any", "$boolean", "$date", "$instant", "$integer", "$number", "$string", "$uuid"];

/** Matchers that take a value: an object with this one key. */
const valueMatchers = [
  "$contains",
  "$each",
  "$equals",
  "$gt",
  "$gte",
  "$length",
  "$lt",
  "$lte",
  "$matches",
  "$not",
  "$oneOf",
];

/** Reports matchers that do not exist; what stands below `$equals` is literal. */
export function checkMatchers(value: JsonValue, path: Path, report: Report): void {
  if (typeof value === "string" && /^\$[a-z]+$/iu.test(value) && !plainMatchers.includes(value)) {
    report("unknown-matcher", path, { name: value }, { hint: suggestion(value, plainMatchers) });
  }
  if (Array.isArray(value)) {
    (value as readonly JsonValue[]).forEach((item, index) => checkMatchers(item, [...path, index], report));
  }
  if (!isJsonObject(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === "$equals") continue;
    if (key.startsWith("$")) checkValueMatcher(key, inner, Object.keys(value).length, path, report);
    checkMatchers(inner, [...path, key], report);
  }
}

function checkValueMatcher(name: string, value: JsonValue, keys: number, path: Path, report: Report): void {
  const at = [...path, name];
  if (!valueMatchers.includes(name)) {
    report("unknown-matcher", at, { name }, { hint: suggestion(name, valueMatchers), at: "key" });
  } else if (keys > 1 && !/^\$(?:gt|lt)e?$/u.test(name)) {
    report("contradictory-keys", at, { key: name, other: "its other keys" }, { at: "key" });
  }
  if (name !== "$matches") return;
  const reason = typeof value === "string" ? patternProblem(value) : "it must be text";
  if (reason !== undefined) report("bad-pattern", at, { reason });
}
