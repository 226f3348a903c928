import type { AsyncLocalStorage } from "node:async_hooks";
import {
  type Attributes,
  type Context,
  type Span,
  type SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";

export interface SpanOptions {
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly parent: Context;
}

/** Spans of executions, each below the one around it. */
export interface Spans {
  readonly tracer: Tracer;
  /** The place of what runs now; nothing outside of an execution. */
  readonly current: AsyncLocalStorage<Context>;
  /** Runs the work in a span of its own, which ends with it and is marked where it fails. */
  inside<T>(name: string, options: SpanOptions, work: (span: Span) => T): T;
}

export function spansOf(tracer: Tracer, current: Spans["current"]): Spans {
  return {
    tracer,
    current,
    inside: (name, { kind, attributes, parent }, work) => {
      const span = tracer.startSpan(name, { kind, attributes }, parent);
      try {
        const result = current.run(trace.setSpan(parent, span), () => work(span));
        if (!(result instanceof Promise)) {
          span.end();
          return result;
        }
        // The same promise goes on, so that what awaits it awaits nothing more than without telemetry.
        result.then(
          () => span.end(),
          (error: unknown) => fail(span, error),
        );
        return result;
      } catch (error) {
        fail(span, error);
        throw error;
      }
    },
  };
}

function fail(span: Span, error: unknown): void {
  span.setAttribute("error.type", errorType(error));
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** What kind of error it was: its code (of the catalogue, an SQLSTATE, a socket's) or its name; never its text, which may quote values. */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return "code" in error && typeof error.code === "string" && /^[\w-]{1,40}$/u.test(error.code)
    ? error.code
    : error.name;
}
