import type { Bundle } from "../../bundle/bundle.ts";
import type { Tool } from "../../language/tool.ts";
import { problemsOf } from "../../openapi/problems-of.ts";
import { removedAndAdded } from "../by-name.ts";
import { type Difference, values } from "../change.ts";
import { compareSchemas } from "../schema/compare-schemas.ts";
import { diffAccess } from "./diff-access.ts";
import { diffFlow } from "./diff-flow.ts";
import { type Calendar, diffLifecycle, removal } from "./diff-lifecycle.ts";
import { diffTrigger, renamedParameters, routeOf } from "./diff-trigger.ts";
import { diffVersion } from "./diff-version.ts";
import { renamedValuesOf } from "./renamed-values.ts";

/** Tools as their callers find them: by name at the same route, else by route, else by name at another one. */
export function diffTools(old: Bundle, next: Bundle, { today, notice }: Calendar): readonly Difference[] {
  const pairs = old.tools.map((tool) => [tool, successorOf(tool, next.tools)] as const);
  const found = new Set(pairs.map(([, successor]) => successor));
  return [
    ...next.tools.filter((tool) => !found.has(tool)).map((tool) => added(tool, old)),
    ...pairs.flatMap(([before, after]) => {
      if (after === undefined) return [removal(before, today)];
      return [...renaming(before, after), ...diffTool([before, after], old, next, { today, notice })];
    }),
  ];
}

function successorOf(tool: Tool, tools: readonly Tool[]): Tool | undefined {
  const route = routeOf(tool);
  const named = tools.find(({ name }) => name === tool.name);
  if (named !== undefined && routeOf(named) === route) return named;
  return tools.find((candidate) => routeOf(candidate) === route) ?? named;
}

function renaming({ name: before }: Tool, { name: after }: Tool): readonly Difference[] {
  if (before === after) return [];
  const message = `${before} is ${after} now, at the same route`;
  return [{ rule: "tool-renamed", path: `tool/${after}/name`, message, ...values(before, after) }];
}

function added({ name, trigger }: Tool, { tools }: Bundle): Difference {
  const isMoved = tools.some((tool) => tool.name === name);
  const message = isMoved ? `${name} stands at another route, and another tool at its old one` : `${name} is new`;
  return { rule: "tool-added", path: `tool/${name}`, message: `${message} (${trigger.type})` };
}

function diffTool(
  [before, after]: readonly [Tool, Tool],
  old: Bundle,
  next: Bundle,
  calendar: Calendar,
): readonly Difference[] {
  const path = `tool/${after.name}`;
  const found = [
    ...diffLifecycle(before, after, path, calendar),
    ...diffTrigger(before, after, path),
    ...diffConcurrency(before, after, path),
    // A schedule has no callers who could be broken.
    ...(before.trigger.type === "schedule" ? [] : diffContract([before, after], old, next, path)),
    ...diffFlow(before, after, path),
  ];
  return [...found, ...diffVersion(before, after, found, path)];
}

function diffContract(
  [before, after]: readonly [Tool, Tool],
  old: Bundle,
  next: Bundle,
  path: string,
): readonly Difference[] {
  const input = renamedParameters(before, after);
  const renamedValues = renamedValuesOf(next.entities);
  const site = (part: string) => ({ path: `${path}/${part}`, label: part, renamedValues });
  return [
    ...diffAccess(before, after, path),
    ...diffStatus(before, after, path),
    ...compareSchemas(input, after.input, { direction: "request", ...site("input") }),
    ...compareSchemas(before.output, after.output, { direction: "response", ...site("output") }),
    ...diffProblems([before, after], old, next, path),
  ];
}

function diffStatus({ status: before }: Tool, { status: after }: Tool, path: string): readonly Difference[] {
  if (before === after) return [];
  const message = `a success answers ${String(after)}, not ${String(before)}`;
  return [{ rule: "success-status-changed", path: `${path}/status`, message, ...values(before, after) }];
}

function diffConcurrency(
  { concurrency: before }: Tool,
  { concurrency: after }: Tool,
  path: string,
): readonly Difference[] {
  if (before === after) return [];
  const message = `concurrency ${before} is ${after} now`;
  return [{ rule: "concurrency-changed", path: `${path}/concurrency`, message, ...values(before, after) }];
}

function diffProblems(
  [before, after]: readonly [Tool, Tool],
  old: Bundle,
  next: Bundle,
  path: string,
): readonly Difference[] {
  const { removed, added } = removedAndAdded(problemsOf(before, old), problemsOf(after, next));
  return [
    ...added.map((code): Difference => {
      return { rule: "error-answer-added", path, message: `can answer ${code} now`, after: code };
    }),
    ...removed.map((code): Difference => {
      return { rule: "error-answer-removed", path, message: `does not answer ${code} any more`, before: code };
    }),
  ];
}
