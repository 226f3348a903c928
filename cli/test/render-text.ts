import { styleText } from "node:util";
import { printable } from "../report/printable.ts";
import { inWords } from "./in-words.ts";
import type { TestContext } from "./render.ts";
import type { TestReport } from "./results.ts";

/** A line per scenario, what failed with call, expected and seen, and a line that counts. */
export function renderText(report: TestReport, { folder, hasColour }: TestContext): string {
  // The console has decided on colour; styleText would ask standard output again.
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    hasColour ? styleText(style, text, { validateStream: false }) : text;
  const { passed, failed, scenarios } = report;
  const lines = scenarios.map(({ name, duration, failure, description }) => {
    const mark = failure === undefined ? paint("green", "✓") : paint("red", "✗");
    const about = description === undefined ? "" : paint("dim", `  ${printable(description)}`);
    return `${mark} ${name} ${paint("dim", `${String(duration)} ms`)}${about}`;
  });
  const failures = scenarios.flatMap((scenario) =>
    scenario.failure === undefined ? [] : [`\n${printable(inWords(scenario, scenario.failure, folder))}`],
  );
  const counts = [`${String(passed)} passed`, ...(failed === 0 ? [] : [`${String(failed)} failed`])].join(", ");
  const summary = paint(failed === 0 ? "green" : "red", counts);
  return `${[...lines, ...failures, "", summary].join("\n")}\n`;
}
