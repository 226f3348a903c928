import type { FixedSpecs } from "@lintel/policypack/risk";
import type { Diagnostic } from "@lintel/specs";
import { printable } from "../report/printable.ts";
import { counted } from "../report/verdict.ts";

/** Each fix and each finding that stays, in a line or two, and one line that sums up. */
export function printFixes({ applied, left }: FixedSpecs, verb: "fixed" | "would fix"): string {
  const done = applied.map(({ finding, title, safety }) => {
    const { rule, tool, node } = finding;
    return `${verb} ${rule} ${subject(tool, node)}: ${title}${safety === "unsafe" ? " (unsafe)" : ""}`;
  });
  const stays = left.map(({ finding, why }) => {
    const { rule, tool, node, file, line } = finding;
    const place = file === undefined ? "" : `${file}:${String(line)} `;
    return `left ${place}${finding.level} ${rule} ${subject(tool, node)}: ${why}`;
  });
  const offered = left.filter((each) => each.offered !== undefined).length;
  const hint = offered === 0 ? "" : `; --unsafe would fix ${String(offered)} more`;
  const summary = `${counted(applied.length, "fix").replace("fixs", "fixes")}, ${counted(left.length, "finding")} left${hint}`;
  return `${[...done, ...stays, summary].map(printable).join("\n")}\n`;
}

function subject(tool: string, node: string | undefined): string {
  return node === undefined ? tool : `${tool}/${node}`;
}

/** Errors of specs that do not compile: they come first, because a fix is verified by compiling. */
export function printErrors(diagnostics: readonly Diagnostic[]): string {
  const lines = diagnostics.map(({ file, line, column, code, message, hint }) => {
    const more = hint === undefined ? "" : `\n  hint: ${printable(hint)}`;
    return `${printable(file)}:${String(line)}:${String(column)} error ${code} ${printable(message)}${more}`;
  });
  return `${lines.join("\n")}\n${counted(diagnostics.length, "error")}: the specs have to compile first\n`;
}
