// Decision: PostgreSQL's own parser (1.7 MB of WebAssembly), loaded only where a flow holds SQL: most never pay for it.
import { allNodes, effectOf, type Tool } from "@lintel/specs";

/** One parsed statement list as libpg_query prints it; throws on what PostgreSQL cannot parse. */
export type ParseSql = (text: string) => unknown;

// The one mutable cell of the engine: a library whose code loads asynchronously, while verdicts are synchronous.
const loaded: { parse?: ParseSql } = {};

/** Must resolve before a flow with SQL is judged; later calls do nothing. */
export async function loadSqlParser(): Promise<void> {
  if (loaded.parse !== undefined) return;
  const library = await import("libpg-query");
  await library.loadModule();
  loaded.parse = library.parseSync;
}

/** Whether any of the tools holds SQL, so that `loadSqlParser` is needed. */
export function needsSqlParser(tools: readonly Tool[]): boolean {
  return tools.some(({ flow }) => allNodes(flow).some((node) => effectOf(node) === "rawSql"));
}

/** @throws Error when `loadSqlParser` has not resolved: a verdict without it would be a guess. */
export function sqlParser(): ParseSql {
  if (loaded.parse === undefined) throw new Error("a flow holds SQL; await loadSqlParser() before it is judged");
  return loaded.parse;
}
