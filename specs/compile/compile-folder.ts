import { readSpecFolder } from "../load/read-folder.ts";
import { type Compiled, type CompileOptions, compileFiles } from "./compile-files.ts";

/**
 * Reads and compiles a spec folder. Everything wrong with it is in `diagnostics`, of all files at once; what cannot be read
 * too. It throws for nothing that a folder can hold.
 */
export async function compileFolder(folder: string, options: CompileOptions = {}): Promise<Compiled> {
  const { files, diagnostics } = await readSpecFolder(folder);
  const compiled = compileFiles(files, options);
  if (diagnostics.length === 0) return compiled;
  // A workspace file that could not be read is not a missing one.
  const unread = new Set(diagnostics.map(({ file }) => file.replace(/\.\w+$/, "")));
  const others = compiled.diagnostics.filter(
    ({ code }) => code !== "missing-workspace" || !(unread.has("workspace") || unread.has(".")),
  );
  return { diagnostics: [...diagnostics, ...others] };
}
