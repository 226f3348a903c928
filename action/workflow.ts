// Workflow commands and files: docs.github.com, "Workflow commands for GitHub Actions".
import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import type { Environment } from "./inputs.ts";

export type Print = (line: string) => void;

export function notice(print: Print, level: "notice" | "warning" | "error", message: string): void {
  print(
    `::${level} title=Lintel preview::${message.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A")}`,
  );
}

/** Outputs of the step; a delimiter that no value can know ends each. */
export function setOutputs(environment: Environment, outputs: Readonly<Record<string, string>>): void {
  const file = environment["GITHUB_OUTPUT"];
  if (file === undefined || file === "") return;
  const end = `end-${randomUUID()}`;
  const lines = Object.entries(outputs).map(([name, value]) => `${name}<<${end}\n${value}\n${end}\n`);
  appendFileSync(file, lines.join(""));
}

/** The page of the run. */
export function addSummary(environment: Environment, markdown: string): void {
  const file = environment["GITHUB_STEP_SUMMARY"];
  if (file !== undefined && file !== "") appendFileSync(file, `${markdown}\n`);
}
