import { join } from "node:path";
import { type Bundle, compileFolder } from "@lintel/specs";

/** The bundle of a spec folder of the repository, as its stack compiles it. */
export async function bundleOf(checkout: string, specs: string, environment: string): Promise<Bundle> {
  const compiled = await compileFolder(join(checkout, specs), { environment });
  if (compiled.specs === undefined) throw new Error(compiled.diagnostics.map(({ message }) => message).join("\n"));
  return compiled.specs.bundle;
}
