import type { Bundle } from "../../bundle/bundle.ts";
import type { Tool } from "../../language/tool.ts";
import { problemsOf } from "../../openapi/problems-of.ts";
import { pairByName, removedAndAdded } from "../by-name.ts";
import { type Difference, values } from "../change.ts";
import { diffRules } from "../rules/index.ts";
import { compareSchemas } from "../schema/compare-schemas.ts";
import { diffAccess } from "./diff-access.ts";
import { diffFlow } from "./diff-flow.ts";
import { diffLifecycle, removal } from "./diff-lifecycle.ts";
import { diffTrigger, renamedParameters, routeOf } from "./diff-trigger.ts";

/** Tools by name; one that is gone by name and still there by route has been renamed. */
export function diffTools(old: Bundle, next: Bundle, today: string): readonly Difference[] {
  const { gone, come, kept } = pairByName(old.tools, next.tools);
  const renamed = gone.flatMap((tool) => {
    const other = come.find((candidate) => routeOf(candidate) === routeOf(tool));
    return other === undefined ? [] : [[tool, other] as const];
  });
  const isRenamed = (tool: Tool): boolean => renamed.some((pair) => pair.includes(tool));
  return [
    ...gone.filter((tool) => !isRenamed(tool)).map((tool) => removal(tool, today)),
    ...come.filter((tool) => !isRenamed(tool)).map(added),
    ...renamed.map(([before, after]): Difference => {
      const message = `${before.name} is ${after.name} now, at the same route`;
      return { rule: "tool-renamed", path: `tool/${after.name}/name`, message, ...values(before.name, after.name) };
    }),
    ...[...kept, ...renamed].flatMap((pair) => diffTool(pair, old, next)),
  ];
}

function added({ name, trigger }: Tool): Difference {
  return { rule: "tool-added", path: `tool/${name}`, message: `${name} is new (${trigger.type})` };
}

function diffTool([before, after]: readonly [Tool, Tool], old: Bundle, next: Bundle): readonly Difference[] {
  const path = `tool/${after.name}`;
  const found = [
    ...diffLifecycle(before, after, path),
    ...diffTrigger(before.trigger, after.trigger, path),
    ...diffAccess(before, after, path),
    ...diffBehaviour(before, after, path),
    ...compareSchemas(renamedParameters(before, after), after.input, {
      direction: "request",
      path: `${path}/input`,
      label: "input",
    }),
    ...compareSchemas(before.output, after.output, { direction: "response", path: `${path}/output`, label: "output" }),
    ...diffFlow(before, after, path),
    ...diffProblems([before, after], old, next, path),
  ];
  return [...found, ...diffVersion(before, after, found, path)];
}

function diffBehaviour(before: Tool, after: Tool, path: string): readonly Difference[] {
  const status: Difference = {
    rule: "success-status-changed",
    path: `${path}/status`,
    message: `a success answers ${String(after.status)}, not ${String(before.status)}`,
    ...values(before.status, after.status),
  };
  const concurrency: Difference = {
    rule: "concurrency-changed",
    path: `${path}/concurrency`,
    message: `concurrency ${before.concurrency} is ${after.concurrency} now`,
    ...values(before.concurrency, after.concurrency),
  };
  return [
    ...(before.status === after.status ? [] : [status]),
    ...(before.concurrency === after.concurrency ? [] : [concurrency]),
  ];
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

function diffVersion(before: Tool, after: Tool, found: readonly Difference[], path: string): readonly Difference[] {
  const isBreaking = found.some(({ rule }) => diffRules[rule].level === "breaking");
  // A generated tool has no version that anybody could raise.
  if (after.origin === "crud") return [];
  if (!isBreaking || major(after) > major(before)) return [];
  const message = `breaks its callers; version ${before.version} should become ${String(major(before) + 1)}.0.0`;
  return [{ rule: "version-not-raised", path: `${path}/version`, message, ...values(before.version, after.version) }];
}

function major({ version }: Tool): number {
  return Number(version.split(".")[0]);
}
