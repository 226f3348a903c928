import { ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import type { Steps } from "../steps/steps.ts";
import type { CountExecution } from "./measure-executions.ts";
import type { Spans } from "./spans.ts";

/** A span around each of the nine steps; the last one also tells how the execution ended. */
export function traceSteps(steps: Steps, spans: Spans, countExecution: CountExecution): Steps {
  const traced = <A extends readonly unknown[], R>(name: string, step: (...given: A) => R): ((...given: A) => R) => {
    return (...given) => {
      const parent = spans.current.getStore() ?? ROOT_CONTEXT;
      return spans.inside(name, { kind: SpanKind.INTERNAL, attributes: {}, parent }, () => step(...given));
    };
  };
  const respond = traced("respond", steps.respond);
  return {
    validateInput: traced("validate input", steps.validateInput),
    authorize: traced("authorize", steps.authorize),
    checkPolicies: traced("check policies", steps.checkPolicies),
    startTransaction: traced("start transaction", steps.startTransaction),
    executeFlow: traced("execute flow", steps.executeFlow),
    enforceInvariants: traced("enforce invariants", steps.enforceInvariants),
    commit: traced("commit", steps.commit),
    audit: traced("audit", steps.audit),
    respond: (execution, outcome) => {
      const answer = respond(execution, outcome);
      const call = trace.getSpan(spans.current.getStore() ?? ROOT_CONTEXT);
      call?.setAttributes(countExecution(execution, outcome, answer));
      return answer;
    },
  };
}
