import { analyse, type Finding } from "@lintel/policypack/risk";
import { compileFiles } from "@lintel/specs";
import type { Base } from "./bases.ts";
import type { DraftTool } from "./draft.ts";
import { placesIn } from "./draft.ts";
import type { Expected, Operator } from "./operator.ts";

/** What became of one mutation. */
export interface Outcome {
  readonly rule: string;
  readonly isFound: boolean;
  /** The finding stands at the line that was changed. */
  readonly isAtPlace: boolean;
  /** Findings that nobody asked for. */
  readonly extra: readonly string[];
}

/** Applies the operator to a copy of the base; undefined where it does not apply. @throws Error where the result does not compile. */
export function mutate(operator: Operator, base: Base): Outcome | undefined {
  const tool = structuredClone(base.tool);
  const place = operator.mutate(tool, base.around);
  if (place === undefined) return undefined;
  const expected: Expected = { rule: operator.rule, ...place };
  const { text, findings } = judged(tool, base);
  const same = findings.filter(({ rule, node }) => rule === expected.rule && node === expected.node);
  const line = lineOf(text, expected);
  return {
    rule: operator.rule,
    isFound: same.length > 0,
    isAtPlace: same.some((finding) => finding.line === line && finding.key === expected.key),
    extra: findings
      .filter((finding) => !same.includes(finding))
      .map(({ rule, node }) => `${rule} ${node ?? ""}`.trim()),
  };
}

/** The findings on one tool, and its text: JSON, one key a line, so that lines can be told without our own loader. */
export function judged(tool: DraftTool, base: Base): { readonly text: string; readonly findings: readonly Finding[] } {
  const text = textOf(tool);
  const path = "tools/mutant.json";
  const { specs, diagnostics } = compileFiles([...base.workspace, { path, text }]);
  if (specs === undefined) throw new Error(`${base.from}: ${JSON.stringify(diagnostics.slice(0, 2), null, 2)}`);
  const report = analyse(specs.bundle, [], "2026-01-01T00:00:00Z", specs.sources);
  const findings = report.tools.filter(({ name }) => name === tool.name).flatMap((risk) => risk.findings);
  return { text, findings };
}

function textOf(tool: DraftTool): string {
  for (const { node, list } of placesIn(tool)) {
    const { id, ...others } = node;
    list[list.indexOf(node)] = { id, ...others };
  }
  return JSON.stringify(tool, null, 2);
}

/** The line of the node's opening bracket, or of the key's value below it. */
function lineOf(text: string, { node, key }: Expected): number {
  const lines = text.split("\n");
  const start =
    node === undefined ? 0 : lines.findIndex((line) => line.trim() === `"id": ${JSON.stringify(node)},`) - 1;
  return (
    (key ?? "").split("/").reduce((at, part) => {
      if (part === "") return at;
      return lines.findIndex((line, index) => index > at && line.trim().startsWith(`"${part}":`));
    }, start) + 1
  );
}
