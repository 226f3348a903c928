import type { CheckedFolder } from "./checked-folder.ts";

export const reportFormats = ["text", "json", "sarif", "junit", "github", "markdown"] as const;

export type ReportFormat = (typeof reportFormats)[number];

export interface RenderContext {
  /** Folder that places are shown from: the working directory. */
  readonly base: string;
  /** Folder that code scanning and annotations count from: the checkout's top, else the working directory. */
  readonly checkout: string;
  readonly hasColour: boolean;
  /** Text only: what blocks and nothing else. */
  readonly isQuiet: boolean;
  /** Of Lintel, for SARIF. */
  readonly version: string;
}

/** Prints verdicts in one format; ends with a newline unless there is nothing to say. */
export type RenderReport = (folders: readonly CheckedFolder[], context: RenderContext) => string | Promise<string>;

/** Each format is imported when it is asked for. */
const renderers: Readonly<Record<ReportFormat, () => Promise<RenderReport>>> = {
  text: async () => (await import("./text.ts")).renderText,
  json: async () => (await import("./json.ts")).renderJson,
  sarif: async () => (await import("./sarif/render-sarif.ts")).renderSarif,
  junit: async () => (await import("./junit.ts")).renderJunit,
  github: async () => (await import("./github.ts")).renderGithub,
  markdown: async () => (await import("./markdown.ts")).renderMarkdown,
};

export async function renderReport(
  format: ReportFormat,
  folders: readonly CheckedFolder[],
  context: RenderContext,
): Promise<string> {
  const render = await renderers[format]();
  return render(folders, context);
}
