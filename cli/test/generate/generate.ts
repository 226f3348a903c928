import type { CompiledSpecs } from "@lintel/specs";
import type { Console } from "../../console.ts";
import type { TestOptions } from "../test.ts";

export async function generate(_specs: CompiledSpecs, _options: TestOptions, console: Console): Promise<number> {
  console.error("lintel: --generate is not there yet\n");
  return Promise.resolve(2);
}
