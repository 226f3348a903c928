import { join } from "node:path";
import type { Diagnostic } from "@lintel/specs";
import { printable } from "../report/printable.ts";

/** Errors of specs, each with its frame and hint. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], folder: string): string {
  const blocks = diagnostics.map(({ file, line, column, code, message, hint, frame }) => {
    const lines = [`${join(folder, file)}:${String(line)}:${String(column)} error ${code} ${message}`];
    if (frame !== "") lines.push(frame.replaceAll(/^/gm, "  "));
    if (hint !== undefined) lines.push(`  hint: ${hint}`);
    return lines.join("\n");
  });
  return `${printable(blocks.join("\n\n"))}\n`;
}
