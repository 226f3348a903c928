import { type Finding, loadSqlParser } from "@lintel/policypack/risk";
import type { SpecText } from "@lintel/specs";
import type { Console } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { printErrors } from "../fix/print-fixes.ts";
import { openSpecFolder, type SpecFolder, WriteError, writeSpecs } from "../fix/spec-folder.ts";
import { unifiedDiff } from "../fix/unified-diff.ts";
import { printable } from "../report/printable.ts";
import { chooseFinding } from "./choose-finding.ts";
import { type Judged, judge } from "./judge.ts";
import { Refusal } from "./refusal.ts";
import { checkWords, type Words } from "./words.ts";
import { type KnownEntry, writeEntry } from "./write-entry.ts";

export interface AckOptions extends Words {
  readonly node?: string;
  readonly fingerprint?: string;
  readonly folder: string;
  readonly environment?: string;
  readonly dryRun?: boolean;
}

/** `lintel ack`: accepts one Yellow finding in acknowledgements.yaml and prints what it wrote; resolves to the exit code. */
export async function ack(tool: string, rule: string, options: AckOptions, console: Console): Promise<number> {
  try {
    return await accept(tool, rule, options, console);
  } catch (error) {
    if (!(error instanceof Refusal) && !(error instanceof WriteError)) throw error;
    console.error(`lintel: ${printable(error.message)}\n`);
    return error instanceof Refusal ? error.exitCode : exitCodes.usage;
  }
}

async function accept(tool: string, rule: string, options: AckOptions, console: Console): Promise<number> {
  const { reason, by, expires, environment } = options;
  checkWords(options, console.now());
  const opened = await openSpecFolder(options.folder);
  if (opened.files.length === 0) {
    throw new Refusal(opened.diagnostics[0]?.message ?? `${options.folder} holds no specs`, exitCodes.nothing);
  }
  await loadSqlParser();
  const judged = judge(opened, environment, console.now());
  if (judged.specs === undefined) {
    console.out(printErrors(judged.diagnostics));
    return exitCodes.usage;
  }
  const finding = chooseFinding(judged, tool, rule, options);
  const { files, verb } = writeEntry(opened.files, outdatable(judged), finding, { reason, by, expires });
  verify(opened, files, finding, judged, options, console.now());
  if (options.dryRun !== true) await writeSpecs(opened, files);
  const { node } = finding;
  const subject = node === undefined ? tool : `${tool}/${node}`;
  console.out(unifiedDiff(opened.files, files));
  console.out(`\n${options.dryRun === true ? "would have " : ""}${verb} ${rule} ${subject} until ${expires}\n`);
  return exitCodes.green;
}

/** Entries with whether they still accept something: such a one is never written over. */
function outdatable({ specs, findings }: Judged): readonly KnownEntry[] {
  const accepted = new Set(findings.flatMap(({ acknowledged }) => acknowledged?.fingerprint ?? []));
  return (specs?.acknowledgements ?? []).map((entry) => ({ ...entry, isInUse: accepted.has(entry.fingerprint) }));
}

/** The engine has to accept what was written, and to object to nothing that it did not object to before. */
function verify(
  opened: SpecFolder,
  files: readonly SpecText[],
  finding: Finding,
  before: Judged,
  { environment }: AckOptions,
  now: Date,
): void {
  const after = judge({ ...opened, files }, environment, now);
  const [diagnostic] = after.diagnostics;
  if (diagnostic !== undefined) throw new Refusal(`${diagnostic.file} would not compile: ${diagnostic.message}`);
  const own = after.findings.find((each) => isSame(each, finding));
  const known = before.findings.map(({ message }) => message);
  const problem = after.findings.find((each) => each.tool === finding.tool && !known.includes(each.message));
  if (problem !== undefined) throw new Refusal(problem.message);
  if (own?.acknowledged === undefined) {
    throw new Refusal(
      `the acknowledgement of "${finding.rule}" would not be accepted; review acknowledgements.yaml by hand`,
    );
  }
}

function isSame(a: Finding, b: Finding): boolean {
  return a.tool === b.tool && a.rule === b.rule && a.node === b.node && a.fingerprint === b.fingerprint;
}
