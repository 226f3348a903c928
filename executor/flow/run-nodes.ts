import { type JsonValue, newFuel } from "@lintel/specs";
import { isRetryable } from "../errors/database-error.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import { Abandoned, EndOfTrace } from "../journal/abandoned.ts";
import type { CompiledNode } from "./compiled-node.ts";
import { contextOf, type FlowRun } from "./flow-run.ts";
import { savepoint } from "./savepoint.ts";

/** Runs nodes in order; neighbours that overlap and do not need one another run together. The first failure is thrown. */
export async function runNodes(run: FlowRun, nodes: readonly CompiledNode[]): Promise<void> {
  for (const wave of wavesOf(nodes)) {
    run.budget.checkTime();
    const [only, ...others] = wave;
    if (only === undefined) continue;
    if (others.length === 0) await runNode(run, only);
    else await together(wave.map((node) => runNode(run, node)));
  }
}

function wavesOf(nodes: readonly CompiledNode[]): readonly (readonly CompiledNode[])[] {
  const waves: CompiledNode[][] = [];
  for (const node of nodes) {
    const last = waves.at(-1);
    const joins =
      last !== undefined &&
      node.overlaps &&
      last.every((other) => other.overlaps && !node.dependsOn.includes(other.id) && !node.recovers.includes(other.id));
    if (joins) last.push(node);
    else waves.push([node]);
  }
  return waves;
}

/** Waits for all, so that nothing runs on behind a failure. */
async function together(running: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(running);
  const failures = results.filter((result) => result.status === "rejected").map(({ reason }) => reason as unknown);
  // What ends the execution here counts more than a node's failure beside it.
  if (failures.length > 0) throw failures.find(isFinal) ?? failures[0];
}

async function runNode(run: FlowRun, node: CompiledNode): Promise<void> {
  const result = await attempt(run, node);
  // Only now: what a transaction inside has rolled back has put other results in the place of these.
  run.results[node.id] = result;
}

async function attempt(run: FlowRun, node: CompiledNode): Promise<JsonValue> {
  if (node.recovers.length > 0 && !node.recovers.some((id) => run.failed.has(id))) return null;
  if (node.when !== undefined && node.when(contextOf(run), newFuel()) !== true) return null;
  return node.onError === "fail" ? node.run(run) : survive(run, node);
}

/** A failure that the flow goes on from: what the node did in an open transaction is undone, and its result is null. */
async function survive(run: FlowRun, node: CompiledNode): Promise<JsonValue> {
  const { transaction } = run;
  const point = transaction === undefined || node.isExternal ? undefined : await savepoint(run, transaction);
  try {
    const result = await node.run(run);
    point?.release();
    return result;
  } catch (error) {
    if (isFinal(error) || run.transaction !== transaction) throw error;
    run.execution.log.warn({ node: node.id, error }, "a node failed and the flow goes on");
    await point?.rollBack();
    for (const id of node.inside) run.results[id] = null;
    run.failed.add(node.id);
    return null;
  }
}

/** What no node may survive: a transaction that must run again, a used-up budget, and an execution that is not this instance's any more. */
export function isFinal(error: unknown): boolean {
  if (isRetryable(error) || error instanceof Abandoned || error instanceof EndOfTrace) return true;
  return error instanceof ExecutionError && (error.code === "execution-timeout" || error.code === "budget-exceeded");
}
