import { EditError, editText, type SpecText, type TextEdit } from "@lintel/specs";
import type { Finding } from "../finding.ts";
import type { FixPlan } from "./fixer.ts";
import { findingsOf, type Judge, type JudgedFiles, type JudgeOptions, nameOf } from "./judged-files.ts";

/** What came of a plan on a copy of the files. */
export type Attempt =
  | {
      readonly type: "fixed";
      readonly plan: FixPlan;
      readonly judged: JudgedFiles;
      readonly edits: readonly TextEdit[];
    }
  | { readonly type: "failed"; readonly why: string };

/** Carries a plan out on a copy, and keeps it only when the finding is gone and nothing new is found. */
export function tryPlan(
  plan: FixPlan,
  file: SpecText,
  finding: Finding,
  before: JudgedFiles,
  options: JudgeOptions,
  judge: Judge,
): Attempt {
  const edited = edit(plan, file);
  if (typeof edited === "string") return failed(edited);
  const files = before.files.map((each) => (each === file ? { ...file, text: edited.text } : each));
  const after = judge(files, finding.tool, before, options);
  if ("diagnostics" in after) {
    const [first] = after.diagnostics;
    return failed(`it would no longer compile (${first?.message ?? "no reason given"})`);
  }
  const problem = objection(finding, findingsOf(before), findingsOf(after.judged));
  if (problem !== undefined) return failed(problem);
  const edits = edited.splices.map((splice) => ({ file: file.path, ...splice }));
  return { type: "fixed", plan, judged: after.judged, edits };
}

function edit(plan: FixPlan, { path, text }: SpecText): ReturnType<typeof editText> | string {
  try {
    return editText(text, plan.operations, { format: path.endsWith(".json") ? "json" : "yaml" });
  } catch (error) {
    if (error instanceof EditError) return `the file cannot be edited there: ${error.message}`;
    throw error;
  }
}

/** Why the findings after an edit are not those before it without the one that was to be repaired. */
function objection(target: Finding, before: readonly Finding[], after: readonly Finding[]): string | undefined {
  const known = countByName(before);
  const now = countByName(after);
  if ((now.get(nameOf(target)) ?? 0) >= (known.get(nameOf(target)) ?? 0))
    return `"${target.rule}" would still be found`;
  const added = after.find((finding) => (now.get(nameOf(finding)) ?? 0) > (known.get(nameOf(finding)) ?? 0));
  if (added === undefined) return undefined;
  const wasAccepted = before.some((finding) => finding.acknowledged !== undefined && isSame(finding, added));
  if (wasAccepted)
    return `the acknowledged "${added.rule}" of "${added.node ?? added.tool}" would have to be reviewed again`;
  return `it would bring "${added.rule}" at "${added.node ?? added.tool}": ${added.message}`;
}

function countByName(findings: readonly Finding[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const finding of findings) counts.set(nameOf(finding), (counts.get(nameOf(finding)) ?? 0) + 1);
  return counts;
}

function isSame(a: Finding, b: Finding): boolean {
  return a.rule === b.rule && a.tool === b.tool && a.node === b.node;
}

function failed(why: string): Attempt {
  return { type: "failed", why };
}
