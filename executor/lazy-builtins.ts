// Decision: docs/decisions/0018-the-image-starts-from-a-snapshot.md
import { builtinModules, createRequire } from "node:module";
import type { Plugin } from "esbuild";

/** Needed by every start, and fit for V8's snapshot; what all others hold (sockets, threads) is not. */
const eager: ReadonlySet<string> = new Set(
  "assert async_hooks buffer crypto diagnostics_channel events fs fs/promises os path perf_hooks querystring stream stream/promises string_decoder timers timers/promises url util v8".split(
    " ",
  ),
);

/** Plain data of modules that libraries read while they load. */
const constants: Readonly<Record<string, readonly string[]>> = { http: ["METHODS", "STATUS_CODES"] };

/**
 * Node's own modules through `require`, those that are not needed by every start at their first use: an import of one reads every
 * getter that it exports, and one of `node:http` loads the whole of fetch, a tenth of a start.
 */
export const lazyBuiltins: Plugin = {
  name: "lazy-builtins",
  setup: (builder) => {
    const names = new Set(builtinModules);
    builder.onResolve({ filter: /^[^./]/ }, ({ path, namespace }) => {
      if (namespace === "builtin") return { path, external: true };
      const name = path.replace(/^node:/u, "");
      return names.has(name) ? { path: name, namespace: "builtin" } : undefined;
    });
    builder.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
      contents: eager.has(path) ? `module.exports = require(${JSON.stringify(path)});` : atFirstUse(path),
    }));
  },
};

const builtin = createRequire(import.meta.url);

function atFirstUse(name: string): string {
  const exported = builtin(name) as Readonly<Record<string, unknown>>;
  const members = Object.keys(exported).map((key) =>
    constants[name]?.includes(key) === true
      ? `${JSON.stringify(key)}: ${JSON.stringify(exported[key])}`
      : `get ${JSON.stringify(key)}() { return (loaded ??= require(${JSON.stringify(name)}))[${JSON.stringify(key)}]; }`,
  );
  return `let loaded;\nmodule.exports = {\n${members.join(",\n")}\n};`;
}
