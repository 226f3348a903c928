// Decision: a fix is believed only when the engine, on a copy, no longer finds what it repairs and finds nothing new.
import { isDeepStrictEqual } from "node:util";
import { type Diagnostic, mergeSplices, type SpecText, type TextEdit } from "@lintel/specs";
import type { Finding } from "../finding.ts";
import type { FixPlan } from "./fixer.ts";
import {
  findingsOf,
  type Judge,
  type JudgedFiles,
  type JudgeOptions,
  judgeAll,
  judgeFiles,
  judgeTool,
  nameOf,
} from "./judged-files.ts";
import { planFixes } from "./plan-fixes.ts";
import { type Attempt, tryPlan } from "./try-plan.ts";

export interface FixOptions extends JudgeOptions {
  /** Also fixes that decide something in the author's place. */
  readonly withUnsafe?: boolean;
  /** Only findings of this rule. */
  readonly rule?: string | undefined;
  /** Only findings of this tool. */
  readonly tool?: string | undefined;
}

/** A fix that was made, and seen to repair its finding. */
export interface AppliedFix extends Pick<FixPlan, "safety" | "title"> {
  readonly finding: Finding;
  /** Edits of the file as the fixes before this one left it. */
  readonly edits: readonly TextEdit[];
}

/** A finding that was not repaired. */
export interface LeftFinding {
  readonly finding: Finding;
  readonly why: string;
  /** The unsafe fix that repairs it. */
  readonly offered?: string;
}

export interface FixedSpecs {
  /** The files after all fixes; those that no fix touched are the same objects. */
  readonly files: readonly SpecText[];
  readonly applied: readonly AppliedFix[];
  /** What was to be repaired and is still there. */
  readonly left: readonly LeftFinding[];
  /** Every finding that nobody accepts when all fixes are made, also those that were not to be repaired. */
  readonly open: readonly Finding[];
  /** Edits that turn the given files into these. */
  readonly edits: readonly TextEdit[];
  /** Why the given files do not compile; nothing is fixed then. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Repairs what it can, one finding after the other; run again, it finds nothing more to do. Where a flow holds SQL,
 * `loadSqlParser` must have resolved.
 * @throws SliceError when a tool's flow cannot be judged.
 */
export function fixSpecs(files: readonly SpecText[], options: FixOptions): FixedSpecs {
  const start = judgeFiles(files, options);
  if ("diagnostics" in start)
    return { files, applied: [], left: [], open: [], edits: [], diagnostics: start.diagnostics };
  const quick = repairAll(start.judged, options, judgeTool);
  const { judged, applied, left } = isConfirmed(quick, options) ? quick : repairAll(start.judged, options, judgeAll);
  const open = findingsOf(judged).filter(({ acknowledged }) => acknowledged === undefined);
  return { files: judged.files, applied, left, open, edits: mergedEdits(files, applied), diagnostics: [] };
}

interface Repaired {
  readonly judged: JudgedFiles;
  readonly applied: readonly AppliedFix[];
  readonly left: readonly LeftFinding[];
}

/** Whether judging everything at once finds what judging tool by tool found. */
function isConfirmed({ judged, applied }: Repaired, options: FixOptions): boolean {
  if (applied.length === 0) return true;
  const whole = judgeFiles(judged.files, options);
  if ("diagnostics" in whole) return false;
  return isDeepStrictEqual(findingsOf(whole.judged), findingsOf(judged));
}

function repairAll(start: JudgedFiles, options: FixOptions, judge: Judge): Repaired {
  let judged = start;
  const applied: AppliedFix[] = [];
  const tried: Tried = new Map();
  // Each fix takes at least one finding away and brings none, so this ends.
  const nextOf = (): NextFix => nextFix(judged, options, tried, judge);
  let next = nextOf();
  for (; next.fixed !== undefined; next = nextOf()) {
    judged = next.fixed.judged;
    applied.push(next.fixed.applied);
    forget(next.fixed.applied.finding.tool, tried);
  }
  return { judged, applied, left: next.left };
}

/** Why findings stay, by their names: another tool's repair changes nothing about that, so it is asked once. */
type Tried = Map<string, Extract<Repair, { readonly type: "left" }>>;

function forget(tool: string, tried: Tried): void {
  for (const name of tried.keys()) if (name.includes(` ${tool}/`)) tried.delete(name);
}

interface NextFix {
  readonly fixed?: { readonly judged: JudgedFiles; readonly applied: AppliedFix };
  readonly left: readonly LeftFinding[];
}

/** The first finding that can be repaired as things are; without one, why each stays. */
function nextFix(judged: JudgedFiles, options: FixOptions, tried: Tried, judge: Judge): NextFix {
  const left: LeftFinding[] = [];
  for (const finding of findingsOf(judged)) {
    if (finding.acknowledged !== undefined || !isWanted(finding, options)) continue;
    const attempt = tried.get(nameOf(finding)) ?? repair(finding, judged, options, judge);
    if (attempt.type === "fixed") {
      const { safety, title } = attempt.plan;
      return { fixed: { judged: attempt.judged, applied: { finding, safety, title, edits: attempt.edits } }, left };
    }
    tried.set(nameOf(finding), attempt);
    left.push({ finding, why: attempt.why, ...(attempt.offered === undefined ? {} : { offered: attempt.offered }) });
  }
  return { left };
}

function isWanted({ rule, tool }: Finding, options: FixOptions): boolean {
  return (options.rule ?? rule) === rule && (options.tool ?? tool) === tool;
}

type Repair =
  | Extract<Attempt, { type: "fixed" }>
  | { readonly type: "left"; readonly why: string; readonly offered?: string };

function repair(finding: Finding, judged: JudgedFiles, options: FixOptions, judge: Judge): Repair {
  const planned = planFixes(finding, judged, options.analysis);
  if (typeof planned === "string") return { type: "left", why: planned };
  const objections: string[] = [];
  for (const plan of planned.plans) {
    const attempt = tryPlan(plan, planned.file, finding, judged, options, judge);
    if (attempt.type === "failed") objections.push(attempt.why);
    else if (plan.safety === "safe" || options.withUnsafe === true) return attempt;
    else
      return {
        type: "left",
        why: `the fix is unsafe: ${plan.title}; see whether that is meant, then use --unsafe`,
        offered: plan.title,
      };
  }
  return { type: "left", why: [...new Set(objections)].join("; or ") };
}

function mergedEdits(files: readonly SpecText[], applied: readonly AppliedFix[]): readonly TextEdit[] {
  return files.flatMap(({ path, text }) => {
    const lists = applied.map(({ edits }) => edits.filter(({ file }) => file === path)).filter((own) => own.length > 0);
    return lists.length === 0 ? [] : mergeSplices(text, lists).map((splice) => ({ file: path, ...splice }));
  });
}
