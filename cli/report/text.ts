import { styleText } from "node:util";
import type { Diagnostic } from "@lintel/specs";
import { type CheckedFolder, type PlacedFinding, pathFrom, subjectOf, worstFirst } from "./checked-folder.ts";
import { printable } from "./printable.ts";
import type { RenderContext } from "./render.ts";
import { counted, countsOf, verdictOf } from "./verdict.ts";

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

/** Colours text where colour is wanted. */
function painter(hasColour: boolean): Paint {
  // The terminal was asked already; styleText would ask standard output again.
  return (style, text) => (hasColour ? styleText(style, text, { validateStream: false }) : text);
}

/** Errors, then findings with their frames, worst first, accepted ones in a line each, and one line per folder that sums up. */
export function renderText(folders: readonly CheckedFolder[], context: RenderContext): string {
  const paint = painter(context.hasColour);
  const errors = folders.flatMap((checked) =>
    checked.report.errors.map((error) => errorBlock(error, pathFrom(context.base, checked, error.file), paint)),
  );
  const placed = worstFirst(folders);
  const open = placed.filter(({ finding }) => finding.acknowledged === undefined);
  const accepted = context.isQuiet ? [] : placed.filter(({ finding }) => finding.acknowledged !== undefined);
  const blocks = [
    ...errors,
    ...open.map((each) => findingBlock(each, context.base, paint)),
    ...accepted.map((each) => acceptedLine(each, context.base, paint)),
  ];
  if (context.isQuiet) return blocks.length === 0 ? "" : `${blocks.join("\n\n")}\n`;
  return [...blocks, renderSummary(folders, context)].join("\n\n");
}

/** One line per folder: level, counts, digest. */
export function renderSummary(folders: readonly CheckedFolder[], { hasColour }: RenderContext): string {
  const paint = painter(hasColour);
  const lines = folders.map((checked) => {
    const name = folders.length === 1 ? "" : `${printable(checked.folder)}: `;
    return `${name}${summaryOf(checked, paint)}\n`;
  });
  return lines.join("");
}

function summaryOf({ report }: CheckedFolder, paint: Paint): string {
  const verdict = verdictOf(report);
  if (verdict.level === null) {
    const files = new Set(report.errors.map(({ file }) => file)).size;
    return paint(["bold", "red"], `${counted(verdict.errors, "error")} in ${counted(files, "file")}`);
  }
  return `${paint(["bold", verdict.level], verdict.level)}: ${countsOf(verdict)}, ${report.digest ?? ""}`;
}

function errorBlock({ line, column, code, message, hint, frame }: Diagnostic, path: string, paint: Paint): string {
  const place = `${printable(path)}:${String(line)}:${String(column)}`;
  const lines = [`${paint("bold", place)} ${paint("red", "error")} ${paint("dim", code)} ${printable(message)}`];
  if (frame !== "") lines.push(indent(printable(frame)));
  if (hint !== undefined) lines.push(`  ${paint("cyan", "hint:")} ${printable(hint)}`);
  return lines.join("\n");
}

function findingBlock(placed: PlacedFinding, base: string, paint: Paint): string {
  const { checked, finding } = placed;
  const { level, message, fix, fingerprint } = finding;
  const frame = checked.frameOf(finding);
  const lines = [`${headOf(placed, base, paint)}: ${printable(message)}`];
  if (frame !== "") lines.push(indent(printable(frame)));
  lines.push(`  ${paint("cyan", "fix:")} ${printable(fix.title)}`);
  if (level === "yellow") lines.push(`  ${paint("dim", `fingerprint: ${fingerprint}`)}`);
  return lines.join("\n");
}

function acceptedLine(placed: PlacedFinding, base: string, paint: Paint): string {
  const { by, expires, reason } = placed.finding.acknowledged ?? { by: "", expires: "", reason: "" };
  return `${headOf(placed, base, paint)}\n  ${printable(`acknowledged by ${by} until ${expires}: ${reason}`)}`;
}

function headOf(placed: PlacedFinding, base: string, paint: Paint): string {
  const { checked, finding } = placed;
  const { file, line, column, level, rule } = finding;
  const place =
    file === undefined ? checked.folder : `${pathFrom(base, checked, file)}:${String(line)}:${String(column)}`;
  return `${paint("bold", printable(place))} ${paint(level, level)} ${paint("bold", rule)} ${subjectOf(placed)}`;
}

function indent(text: string): string {
  return text.replace(/^/gm, "  ");
}
