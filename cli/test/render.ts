import { join } from "node:path";
import { escapeData, escapeProperty, escapeXml } from "./escapes.ts";
import { inWords } from "./in-words.ts";
import { renderText } from "./render-text.ts";
import type { ScenarioResult, TestReport } from "./results.ts";

export const testFormats = ["text", "json", "junit", "github"] as const;
export type TestFormat = (typeof testFormats)[number];

export interface TestContext {
  /** As the user named it. */
  readonly folder: string;
  readonly hasColour: boolean;
}

/** The report in a format. */
export function renderTests(format: TestFormat, report: TestReport, context: TestContext): string {
  return renderers[format](report, context);
}

const renderers: Readonly<Record<TestFormat, (report: TestReport, context: TestContext) => string>> = {
  text: renderText,
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  junit: renderJunit,
  github: renderGithub,
};

function renderJunit({ workspace, failed, scenarios }: TestReport, context: TestContext): string {
  const cases = scenarios.map((scenario) => {
    const { name, file, line, duration, failure } = scenario;
    const time = (duration / 1000).toFixed(3);
    const open = `<testcase name="${escapeXml(name)}" classname="${escapeXml(workspace)}" file="${escapeXml(join(context.folder, file))}" line="${String(line)}" time="${time}"`;
    if (failure === undefined) return `${open}/>`;
    const text = inWords(scenario, failure, context.folder);
    const [message = ""] = text.split("\n");
    return `${open}>\n<failure message="${escapeXml(message)}">${escapeXml(text)}</failure>\n</testcase>`;
  });
  const counts = `tests="${String(scenarios.length)}" failures="${String(failed)}" errors="0" skipped="0"`;
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites name="lintel test">`,
    `<testsuite name="${escapeXml(workspace)}" ${counts}>`,
    ...cases,
    `</testsuite>`,
    `</testsuites>`,
    "",
  ].join("\n");
}

/** Workflow commands (docs.github.com, "Workflow commands for GitHub Actions"): an annotation per failed scenario. */
function renderGithub({ passed, failed, scenarios }: TestReport, context: TestContext): string {
  const lines = scenarios.flatMap((scenario: ScenarioResult) => {
    const { failure, name } = scenario;
    if (failure === undefined) return [];
    const [first = failure] = failure.problems;
    const at = `file=${escapeProperty(join(context.folder, first.file))},line=${String(first.line)},col=${String(first.column)}`;
    return [`::error ${at},title=${escapeProperty(name)}::${escapeData(inWords(scenario, failure, context.folder))}`];
  });
  return [...lines, `lintel test: ${String(passed)} passed, ${String(failed)} failed`, ""].join("\n");
}
