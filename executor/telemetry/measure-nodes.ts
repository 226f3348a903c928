import { type Meter, ROOT_CONTEXT, SpanKind } from "@opentelemetry/api";
import type { Observation } from "./observation.ts";
import { secondsBuckets } from "./seconds-buckets.ts";
import { errorType, type Spans } from "./spans.ts";

/** A span around each run of a node that calls out, its retries included; counted by tool, node and outcome (`ok` or the error's code). */
export function measureNodes(meter: Meter, spans: Spans): Observation["externalNode"] {
  const calls = meter.createCounter("lintel.external_calls", { description: "Runs of nodes that call other services" });
  const duration = meter.createHistogram("lintel.external_call.duration", {
    ...secondsBuckets,
    description: "Of such runs",
  });
  return (tool, node, run) => {
    const provider = "provider" in node ? node.provider : undefined;
    const attributes = {
      "lintel.tool": tool,
      "lintel.node": node.id,
      "lintel.node.type": node.type,
      ...(provider === undefined ? {} : { "lintel.provider": provider }),
    };
    const count = (startedAt: number, outcome: string): void => {
      const counted = { ...attributes, "lintel.outcome": outcome };
      calls.add(1, counted);
      duration.record((performance.now() - startedAt) / 1000, counted);
    };
    return (flow) => {
      const startedAt = performance.now();
      const parent = spans.current.getStore() ?? ROOT_CONTEXT;
      const result = spans.inside(`${node.type} ${node.id}`, { kind: SpanKind.INTERNAL, attributes, parent }, () =>
        run(flow),
      );
      result.then(
        () => count(startedAt, "ok"),
        (error: unknown) => count(startedAt, errorType(error)),
      );
      return result;
    };
  };
}
