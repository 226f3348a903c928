import { join } from "node:path";
import type { JsonValue, SourcePosition } from "@lintel/specs";
import type { Problem, ScenarioFailure, ScenarioResult } from "./results.ts";

/** A failure as text: where, the call, what was expected and seen, and the whole answer. */
export function inWords(scenario: ScenarioResult, failure: ScenarioFailure, folder: string): string {
  const { call, answer, problems, log, step, title } = failure;
  const place = placeOf(failure, folder);
  return [
    `${scenario.name}: ${step === 0 ? "" : `step ${String(step)}, `}${title}  (${place})`,
    ...(call === undefined
      ? []
      : [
          `  call      ${call.method} ${call.path} as ${call.caller} at ${call.now}`,
          ...(call.body === null ? [] : [indented(shown(call.body), "            ")]),
        ]),
    ...problems.map((problem) => problemText(problem, folder)),
    ...(answer === undefined
      ? []
      : [`  answer    ${String(answer.status)} ${indented(shown(answer.body), "            ").trimStart()}`]),
    ...log.slice(0, 5).map((line) => `  log       ${line.trim()}`),
  ].join("\n");
}

function problemText(problem: Problem, folder: string): string {
  const { subject, message } = problem;
  const isCompared = "expected" in problem;
  return [
    `  ${subject}  (${placeOf(problem, folder)})`,
    ...(message === undefined ? [] : [`    ${message}`]),
    ...(isCompared ? [`    expected  ${indented(shown(problem.expected), "              ").trimStart()}`] : []),
    ...(isCompared || problem.seen !== undefined
      ? [
          `    seen      ${problem.seen === undefined ? "nothing" : indented(shown(problem.seen), "              ").trimStart()}`,
        ]
      : []),
  ].join("\n");
}

/** `specs/scenarios/x.yaml:3:5` */
function placeOf({ file, line, column }: SourcePosition, folder: string): string {
  return `${join(folder, file)}:${String(line)}:${String(column)}`;
}

/** JSON on one line where it fits, else on several; a long one is cut. */
function shown(value: JsonValue | undefined): string {
  const line = JSON.stringify(value ?? null);
  const text = line.length <= 100 ? line : JSON.stringify(value, null, 2);
  return text.length <= 4000 ? text : `${text.slice(0, 4000)} … (${String(text.length)} characters)`;
}

function indented(text: string, by: string): string {
  return text.replaceAll(/^/gm, by);
}
