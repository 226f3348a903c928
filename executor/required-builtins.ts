import { builtinModules } from "node:module";
import type { Plugin } from "esbuild";

/**
 * Node's own modules through `require`: an import of one reads every getter that it exports, and one of `node:http` loads the
 * whole of fetch, a tenth of a start.
 */
export const requiredBuiltins: Plugin = {
  name: "required-builtins",
  setup: (builder) => {
    const names = new Set(builtinModules);
    builder.onResolve({ filter: /^[^./]/ }, ({ path, kind, namespace }) => {
      if (namespace === "builtin") return { path, external: true };
      const isImport = kind === "import-statement" || kind === "dynamic-import";
      return isImport && names.has(path.replace("node:", "")) ? { path, namespace: "builtin" } : undefined;
    });
    builder.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};
