import type { CompiledSegment } from "../flow/compiled-node.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import { runNodes } from "../flow/run-nodes.ts";

/** Step 5: runs the segment's nodes in topological order; what is independent and only reads or calls out runs together. */
export async function executeFlow(run: FlowRun, segment: CompiledSegment): Promise<void> {
  await runNodes(run, segment.nodes);
}
