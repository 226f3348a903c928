import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Console } from "../../console.ts";
import { renderReport } from "../../report/render.ts";
import { version } from "../../version.ts";
import type { PreviewReport } from "../preview-report.ts";
import type { JudgedWorkspace } from "../preview-workspace.ts";
import { asChecked } from "./as-checked.ts";
import { type PreviewFormat, previewFormats } from "./formats.ts";
import { renderMarkdown } from "./markdown.ts";
import { sentenceOf } from "./summary.ts";
import { renderText } from "./text.ts";

export type { PreviewFormat } from "./formats.ts";

export interface WriteOptions {
  readonly format: PreviewFormat;
  readonly output?: string;
  readonly cwd?: string;
  /** Further `FORMAT=FILE`. */
  readonly also?: readonly string[];
}

/** The format and the file of one `--also`; undefined where it is none. */
export function alsoOf(entry: string): { readonly format: PreviewFormat; readonly output: string } | undefined {
  const format = previewFormats.find((name) => entry.startsWith(`${name}=`));
  return format === undefined || entry.length === format.length + 1
    ? undefined
    : { format, output: entry.slice(format.length + 1) };
}

/** Prints the report or writes it to a file; resolves to what went wrong. */
export async function writePreview(
  report: PreviewReport,
  judged: readonly JudgedWorkspace[],
  options: WriteOptions,
  console: Console,
): Promise<string | undefined> {
  const { format, output, also = [] } = options;
  const files = also.flatMap((entry) => alsoOf(entry) ?? []);
  if (output === undefined) console.out(await render(report, judged, options, console.isTerminal));
  for (const each of output === undefined ? files : [{ format, output }, ...files]) {
    const problem = await written(
      each.output,
      await render(report, judged, { ...options, format: each.format }, false),
    );
    if (problem !== undefined) return problem;
  }
  if (output !== undefined) console.out(`${sentenceOf(report)}\n`);
  return undefined;
}

async function written(file: string, text: string): Promise<string | undefined> {
  try {
    await mkdir(dirname(resolve(file)), { recursive: true });
    await writeFile(file, text);
    return undefined;
  } catch (error) {
    return `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`;
  }
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
