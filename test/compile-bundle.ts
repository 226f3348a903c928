import { type Bundle, compileFiles } from "@lintel/specs";

/** Compiles spec files, by path; throws with every diagnostic when there is any. */
export function compileBundle(files: Iterable<readonly [path: string, text: string]>): Bundle {
  const { specs, diagnostics } = compileFiles([...files].map(([path, text]) => ({ path, text })));
  if (specs !== undefined) return specs.bundle;
  throw new Error(diagnostics.map(({ file, line, message }) => `${file}:${String(line)}: ${message}`).join("\n"));
}
