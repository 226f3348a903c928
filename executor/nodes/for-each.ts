import { allNodes, type JsonObject, type JsonValue, newFuel } from "@lintel/specs";
import { ExecutionError } from "../errors/execution-error.ts";
import { contextOf } from "../flow/flow-run.ts";
import { inRound } from "../flow/in-round.ts";
import { runNodes } from "../flow/run-nodes.ts";
import { type Runner, runList } from "./runner.ts";

/** One round for each value, in order; a list longer than the flow allows runs no round at all. Answers each round's results by node. */
export const forEach: Runner<"forEach"> = {
  isServed: true,
  prepare: (node, { expression, list }) => {
    const items = expression(node.items, node.id);
    const body = list(node.nodes);
    const inside = allNodes(node.nodes).map(({ id }) => id);
    return async (run) => {
      const values: unknown = items(contextOf(run), newFuel());
      if (!isList(values)) throw new ExecutionError("invalid-value", { node: node.id, detail: "there is no list" });
      if (values.length > node.maximum) {
        const detail = `${String(values.length)} items, and ${String(node.maximum)} are allowed`;
        throw new ExecutionError("too-many-items", { node: node.id, detail });
      }
      const results: JsonValue[] = [];
      for (const [index, item] of values.entries()) {
        await inRound(run, { node: node.id, round: index, inside, item }, () => runList(run, body, runNodes));
        results.push(
          resultsOf(
            run.results,
            body.nodes.map(({ id }) => id),
          ),
        );
      }
      return results;
    };
  },
};

function resultsOf(results: Readonly<Record<string, JsonValue>>, ids: readonly string[]): JsonObject {
  return Object.fromEntries(ids.map((id) => [id, results[id] ?? null]));
}

function isList(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}
