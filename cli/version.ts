import manifest from "./package.json" with { type: "json" };

/** The version that `lintel --version` prints. */
export const version: string = manifest.version;
