import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Schema } from "./check-value.ts";

const goModule = "google.golang.org/api@v0.311.0";

/** A method of a discovery document (developers.google.com/discovery/v1/reference/apis). */
export interface DescribedMethod {
  readonly id: string;
  readonly path: string;
  readonly flatPath?: string;
  readonly httpMethod: string;
  readonly parameters?: Readonly<Record<string, DescribedParameter>>;
  readonly request?: { readonly $ref: string };
}

/** A path or query parameter of a method. */
interface DescribedParameter extends Schema {
  readonly location: "path" | "query";
  readonly required?: boolean;
  readonly repeated?: boolean;
}

interface DescribedResource {
  readonly methods?: Readonly<Record<string, DescribedMethod>>;
  readonly resources?: Readonly<Record<string, DescribedResource>>;
}

/** The parts of a discovery document that the emulator reads. */
export interface Description extends DescribedResource {
  /** What the ids of its methods begin with. */
  readonly name: string;
  readonly servicePath: string;
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly parameters: Readonly<Record<string, Schema>>;
}

/**
 * Finds Google's API descriptions in the Go module cache, downloading the module the first time (some 3 s).
 * `LINTEL_GOOGLE_API_DESCRIPTIONS` names an unpacked copy where there is no Go. Throws when neither is there.
 */
export async function locateDescriptions(): Promise<string> {
  const given = process.env["LINTEL_GOOGLE_API_DESCRIPTIONS"];
  if (given !== undefined) return given;
  try {
    // Outside any module, so that a go.mod in the working directory has no say.
    const { stdout } = await promisify(execFile)("go", ["mod", "download", "-json", goModule], { cwd: "/" });
    return (JSON.parse(stdout) as { readonly Dir: string }).Dir;
  } catch (cause) {
    throw new Error(
      `the emulator needs Google's API descriptions: "go mod download ${goModule}" failed; install Go, or set LINTEL_GOOGLE_API_DESCRIPTIONS to a folder that holds them`,
      { cause },
    );
  }
}

/** Reads one discovery document. */
export async function readDescription(folder: string, document: string): Promise<Description> {
  return JSON.parse(await readFile(join(folder, document), "utf8")) as Description;
}

/** All methods of a description, at every depth. */
export function methodsOf(resource: DescribedResource): readonly DescribedMethod[] {
  const own = Object.values(resource.methods ?? {});
  return [...own, ...Object.values(resource.resources ?? {}).flatMap(methodsOf)];
}
