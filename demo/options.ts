import { parseArgs } from "node:util";

export interface DemoOptions {
  /** End after the tour instead of leaving the API up. */
  readonly once: boolean;
  /** A PostgreSQL to use instead of an embedded one. */
  readonly databaseUrl: string | undefined;
  /** Run the executor as a process even where a Docker engine runs. */
  readonly withoutDocker: boolean;
}

const usage = "usage: npm run demo [-- [--once] [--without-docker]]";

/** @throws Error with the usage for an argument that the demo does not know. */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): DemoOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { once: { type: "boolean", default: false }, "without-docker": { type: "boolean", default: false } },
    });
    return {
      once: values.once,
      withoutDocker: values["without-docker"],
      databaseUrl: environment["LINTEL_DATABASE_URL"],
    };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${usage}`, { cause: error });
  }
}
