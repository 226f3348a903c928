/** The star of ARCHITECTURE.md: everything may use specs, specs uses nothing, and sideways only what is drawn. */

const workspaces = ["specs", "policypack", "components", "executor", "cli", "emulator"];

/** @param {string} from @param {string[]} allowed other workspaces that it may import */
function mayImportOnly(from, allowed) {
  const others = workspaces.filter((workspace) => workspace !== from && !allowed.includes(workspace));
  return {
    name: `${from}-imports-only-${allowed.join("-and-") || "nobody"}`,
    severity: "error",
    comment: `${from}/ may import ${allowed.join(", ") || "no other workspace"}.`,
    from: { path: `^${from}/` },
    to: { path: `^(${others.join("|")})/` },
  };
}

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } } },
    { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
    mayImportOnly("specs", []),
    mayImportOnly("policypack", ["specs"]),
    mayImportOnly("components", ["specs", "policypack"]),
    mayImportOnly("executor", ["specs", "policypack"]),
    mayImportOnly("cli", ["specs", "policypack", "components", "executor", "emulator"]),
    mayImportOnly("emulator", []),
    {
      name: "risk-is-pure-of-the-edge",
      severity: "error",
      comment: "policypack/risk runs in the executor image and in the browser: only specs.",
      from: { path: "^policypack/risk/" },
      to: { path: "^policypack/", pathNot: "^policypack/risk/" },
    },
    {
      name: "no-pulumi-in-image",
      severity: "error",
      comment: "The executor image carries no Pulumi.",
      from: { path: "^(specs|policypack/risk|executor|emulator)/" },
      to: { path: "node_modules/@pulumi/" },
    },
    {
      name: "policypack-risk-door-only",
      severity: "error",
      comment: "components and executor use the risk engine, never the CrossGuard edge.",
      from: { path: "^(components|executor)/" },
      to: { path: "^policypack/", pathNot: "^policypack/risk/" },
    },
    {
      name: "through-the-door",
      severity: "error",
      comment: "A workspace is entered by its index.ts.",
      from: { path: `^(${workspaces.join("|")})/` },
      to: {
        path: `^(${workspaces.join("|")})/`,
        pathNot: [
          "^$1/",
          `^(${workspaces.join("|")})/index\\.ts$`,
          "^policypack/risk/index\\.ts$",
          // Data, behind doors of its own.
          "^policypack/rule-pages\\.json$",
          "^specs/published-schemas\\.ts$",
          "^executor/errors/catalogue\\.ts$",
        ],
      },
    },
    {
      name: "nobody-imports-tests",
      severity: "error",
      from: { path: `^(${workspaces.join("|")}|toolchain)/` },
      to: { path: "^(test|bench|examples)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(/|^)(dist|fixtures|[.]lintel|bench/peers)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      extensions: [".ts", ".mjs", ".js", ".cjs", ".json"],
    },
  },
};
