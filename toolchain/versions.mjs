/** What the set-up makes ready, pinned: the Pulumi SDKs in package.json and the Go modules beside this file agree with it. */

/** The smallest major version of Node that @pulumi/pulumi and type stripping of `.ts` files need. */
export const requiredNodeMajor = 24;

/** The Node that is fetched where the system's is too old. */
export const nodeVersion = "24.21.0";

/** The Pulumi engine: the version of @pulumi/pulumi in package.json. */
export const pulumiVersion = "3.259.0";

/** An engine on the PATH is taken from this version on: older ones do not show a component's inputs to policies. */
export const oldestPulumiVersion = "3.202.0";

/**
 * @typedef {object} PluginPin
 * @property {"gcp" | "docker"} name of the Pulumi package
 * @property {string} version of the package, as in components/package.json
 */

/** @type {readonly PluginPin[]} */
export const plugins = [
  { name: "gcp", version: "9.37.0" },
  { name: "docker", version: "5.2.0" },
];

/** The linter for PostgreSQL migrations, as its Python package is numbered; for tests alone. */
export const squawkVersion = "2.70.0";
