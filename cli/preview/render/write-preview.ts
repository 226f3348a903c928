import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Console } from "../../console.ts";
import { renderReport } from "../../report/render.ts";
import { version } from "../../version.ts";
import type { PreviewReport } from "../preview-report.ts";
import type { JudgedWorkspace } from "../preview-workspace.ts";
import { asChecked } from "./as-checked.ts";
import type { PreviewFormat } from "./formats.ts";
import { renderMarkdown } from "./markdown.ts";
import { sentenceOf } from "./summary.ts";
import { renderText } from "./text.ts";

export type { PreviewFormat } from "./formats.ts";

export interface WriteOptions {
  readonly format: PreviewFormat;
  readonly output?: string;
  readonly cwd?: string;
}

/** Prints the report or writes it to a file; resolves to what went wrong. */
export async function writePreview(
  report: PreviewReport,
  judged: readonly JudgedWorkspace[],
  options: WriteOptions,
  console: Console,
): Promise<string | undefined> {
  const { format, output } = options;
  const text = await render(report, judged, options, console.isTerminal && output === undefined);
  if (output === undefined) {
    console.out(text);
    return undefined;
  }
  try {
    await mkdir(dirname(resolve(output)), { recursive: true });
    await writeFile(output, text);
  } catch (error) {
    return `${output} cannot be written as ${format}: ${error instanceof Error ? error.message : String(error)}`;
  }
  console.out(`${sentenceOf(report)}\n`);
  return undefined;
}

async function render(
  report: PreviewReport,
  judged: readonly JudgedWorkspace[],
  { format, cwd = "." }: WriteOptions,
  hasColour: boolean,
): Promise<string> {
  if (format === "text") return renderText(report, hasColour);
  if (format === "markdown") return renderMarkdown(report);
  if (format === "json") return `${JSON.stringify(report, null, 2)}\n`;
  const workspace = process.env["GITHUB_WORKSPACE"];
  const base = process.cwd();
  const checkout = workspace !== undefined && `${base}/`.startsWith(`${workspace}/`) ? workspace : base;
  const folders = await asChecked(report, judged, resolve(cwd));
  return renderReport(format, folders, { base, checkout, hasColour: false, isQuiet: false, version });
}
