import { isJsonObject, type JsonObject, type JsonValue, type Scenario, type ScenarioStep } from "@lintel/specs";
import type { Snapshot } from "../local/rows.ts";
import type { ProviderCall } from "../local/stand-ins.ts";
import type { PlannedCall } from "./build-call.ts";
import type { Observation } from "./lane.ts";
import { brokenLaws, type Laws } from "./laws/laws.ts";
import { differences, matches } from "./match.ts";

/** A problem and where in the step its expectation stands; positions are found later. */
export interface FoundProblem {
  readonly path: readonly (string | number)[];
  readonly subject: string;
  readonly expected?: JsonValue;
  readonly seen?: JsonValue;
  readonly message?: string;
}

/** A step's expectation with its expressions worked out. */
export type Expected = ScenarioStep["expect"];

/** Everything about a step that is not as expected. */
export function checkStep(
  laws: Laws,
  planned: PlannedCall,
  expected: Expected,
  seen: Observation,
  undeclared: readonly ProviderCall[],
): readonly FoundProblem[] {
  const { headers, body, audit, calls } = expected;
  return [
    ...checkStatus(expected, seen),
    ...(body === undefined ? [] : placed("body", body, seen.answer.body)),
    ...(headers === undefined ? [] : placed("headers", lowerCase(headers), seen.answer.headers)),
    ...expected.writes.flatMap((rows, index) => checkRows(rows, index, seen.after)),
    ...(audit === undefined ? [] : placed("audit", audit, seen.audit)),
    ...(calls === undefined ? [] : placed("calls", calls, seen.calls as unknown as JsonValue)),
    ...undeclared.map(undeclaredCall),
    ...brokenBeside(laws, planned, expected, seen),
  ];
}

function checkStatus({ status, problem }: Expected, { answer }: Observation): readonly FoundProblem[] {
  const code = isJsonObject(answer.body) ? (answer.body["code"] ?? null) : null;
  const wanted = status ?? (problem === undefined ? { $gte: 200, $lt: 300 } : undefined);
  const place = status === undefined ? [] : ["expect", "status"];
  const shown = status ?? "a success (200 to 299)";
  return [
    ...(wanted === undefined || matches(wanted, answer.status)
      ? []
      : [{ path: place, subject: "status", expected: shown, seen: answer.status }]),
    ...(problem === undefined || problem === code
      ? []
      : [{ path: ["expect", "problem"], subject: "problem", expected: problem, seen: code }]),
  ];
}

function placed(part: string, expected: JsonValue, seen: JsonValue): readonly FoundProblem[] {
  return differences(expected, seen).map(({ path, expected: wanted, seen: found }) => ({
    path: ["expect", part, ...path],
    subject: [part, ...path].join("."),
    expected: wanted,
    ...(found === undefined ? {} : { seen: found }),
  }));
}

function lowerCase(headers: JsonValue): JsonValue {
  if (!isJsonObject(headers)) return headers;
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function checkRows(
  rows: Scenario["steps"][number]["expect"]["writes"][number],
  index: number,
  after: Snapshot,
): readonly FoundProblem[] {
  const { entity, where, values, count, deleted } = rows;
  const all = (after[entity] ?? []).filter(({ isDeleted }) => isDeleted === deleted).map((row) => row.values);
  const chosen = all.filter((row) => matches(where, row));
  const path = ["expect", "writes", index];
  const subject = `writes[${String(index)}] ${entity}`;
  const isShort = count === undefined ? values !== undefined && chosen.length === 0 : chosen.length !== count;
  if (isShort) {
    const message = `${String(chosen.length)} of ${String(all.length)} ${deleted ? "deleted" : "live"} rows are as where says`;
    return [{ path, subject: `${subject} count`, expected: count ?? "at least 1", seen: chosen.length, message }];
  }
  return chosen.flatMap((row) =>
    differences(values ?? {}, row).map((difference) => ({
      path: [...path, "values", ...difference.path],
      subject: `${subject} ${difference.path.join(".")}`,
      expected: difference.expected,
      ...(difference.seen === undefined ? {} : { seen: difference.seen }),
    })),
  );
}

function undeclaredCall({ provider, method, path, body }: ProviderCall): FoundProblem {
  const message = `${provider} was asked ${method} ${path}, and the scenario has no reply to it; add one below providers`;
  return { path: [], subject: "calls", seen: body, message };
}

/** Laws hold beside what is expected; a 5xx that is expected by name is the scenario's own matter. */
function brokenBeside(
  laws: Laws,
  planned: PlannedCall,
  { status, problem }: Expected,
  seen: Observation,
): readonly FoundProblem[] {
  const isExpected = problem !== undefined || typeof status === "number";
  return brokenLaws(laws, planned, seen)
    .filter(({ law }) => law !== "server-error" || !isExpected)
    .map(({ law, message }) => ({ path: [], subject: law, message }));
}

/** The keys of an object that are not undefined. */
export function defined(value: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, inner]])),
  );
}
