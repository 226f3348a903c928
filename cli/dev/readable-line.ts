import { printable } from "../report/printable.ts";

/** The executor's log line for people: a call's answer, a warning, an error; undefined for what is only of use in a cloud. */
export function readableLine(line: string): string | undefined {
  const entry = parsed(line);
  if (entry === undefined) return printable(line);
  const { severity, message, tool, status, code, durationMs, time } = entry;
  const at = typeof time === "string" ? time.slice(11, 19) : "";
  if (message === "answered") {
    const parts = [at, status, tool, code ?? "", durationMs === undefined ? "" : `${text(durationMs)} ms`];
    return `${printable(
      parts
        .map(text)
        .filter((part) => part !== "")
        .join(" "),
    )}\n`;
  }
  if (severity === "INFO" || severity === "DEBUG") return undefined;
  const { error } = entry;
  const reason = typeof error === "object" && error !== null && "message" in error ? `: ${text(error.message)}` : "";
  return `${printable(`${at} ${text(severity)} ${text(tool)} ${text(message)}${reason}`)}\n`;
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
