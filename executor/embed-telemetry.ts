// Decision 0017: telemetry is a third of the program's libraries and off by default, so that it travels as compressed text, which
// costs a cold start nothing, and becomes a module when a process starts with telemetry on.
import { brotliCompressSync } from "node:zlib";
import type { BuildOptions, Plugin } from "esbuild";
import { bundledFiles } from "./image/bill-of-materials.ts";

// Read by esbuild, which knows no flags.
const entry = /\/telemetry\/open-telemetry\.ts$/;

/** Puts what `import("…/telemetry/open-telemetry.ts")` reaches into the program as text, and tells of the files that it is of. */
export function embedTelemetry(options: BuildOptions, tell: (files: readonly string[]) => void): Plugin {
  return {
    name: "embed-telemetry",
    setup: (building) => {
      building.onLoad({ filter: entry }, async ({ path }) => {
        const { outputFiles, metafile } = await building.esbuild.build({
          ...options,
          entryPoints: [path],
          bundle: true,
          write: false,
          metafile: true,
          // What is evaluated as a function cannot import either: the exporter asks for node:http when it first sends.
          supported: { "dynamic-import": false },
          // Modules, of which what nobody uses is left out; these libraries come in both forms.
          mainFields: ["module", "main"],
        });
        const bytes = outputFiles[0]?.contents;
        if (bytes === undefined) throw new Error("telemetry was not built");
        tell(bundledFiles(metafile));
        return { contents: moduleOf(brotliCompressSync(bytes)), loader: "js" };
      });
    },
  };
}

/** Evaluated as a function and not imported: a program that starts from a snapshot cannot import. */
function moduleOf(compressed: Buffer): string {
  return `import { compileFunction, constants } from "node:vm";
import { brotliDecompressSync } from "node:zlib";
const text = "${compressed.toString("base64")}";
export async function openTelemetry(...given) {
  const source = brotliDecompressSync(Buffer.from(text, "base64")).toString("utf8");
  const module = { exports: {} };
  compileFunction(source, ["module", "exports", "require"], { filename: "telemetry.cjs", importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER })(module, module.exports, require);
  return module.exports.openTelemetry(...given);
}`;
}
