import type { Attributes, Meter } from "@opentelemetry/api";
import type { Answer } from "../admission/call.ts";
import type { Execution } from "../flow/execution.ts";
import type { Outcome } from "../flow/outcome.ts";
import { secondsBuckets } from "./seconds-buckets.ts";

/** Counts an execution that has ended, and answers what its span is told of it. */
export type CountExecution = (execution: Execution, outcome: Outcome, answer: Answer) => Attributes;

/** Executions and how long they took, by tool and outcome (as in the audit log). */
export function measureExecutions(meter: Meter): CountExecution {
  const executions = meter.createCounter("lintel.executions", { description: "Executions that have ended" });
  const duration = meter.createHistogram("lintel.execution.duration", {
    ...secondsBuckets,
    description: "Of executions",
  });
  return ({ id, tool, startedAt }, outcome, { status }) => {
    const ended = { "lintel.outcome": outcomeName(outcome, status) };
    const attributes = { "lintel.tool": tool.tool.name, ...ended };
    executions.add(1, attributes);
    duration.record((Date.now() - startedAt) / 1000, attributes);
    const told = { ...ended, "lintel.execution": id };
    return outcome.type === "failed" ? { ...told, "lintel.error.code": outcome.error.code } : told;
  };
}

function outcomeName({ type }: Outcome, status: number): string {
  if (type === "replayed") return "replayed";
  if (status >= 500) return "failed";
  return type === "failed" ? "refused" : "succeeded";
}
