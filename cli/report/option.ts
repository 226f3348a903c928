import { Option } from "commander";
import { type ReportFormat, reportFormats } from "./render.ts";

export interface ReportOptions {
  readonly format: ReportFormat;
  readonly output?: string;
  readonly quiet?: true;
}

/** `--format`, `--output` and `--quiet`, the same for every command that prints a report. */
export function reportOptions(): readonly Option[] {
  return [
    new Option("-f, --format <format>", "how to print").choices(reportFormats).default("text"),
    new Option("-o, --output <file>", "write the report to a file, and one line that sums it up to the terminal"),
    new Option("-q, --quiet", "print only what blocks; nothing when all is green"),
  ];
}
