import { catalogue, type ErrorCode } from "./catalogue.ts";

/** One place of the input that is wrong. */
export interface InputProblem {
  /** JSON pointer (RFC 6901) into the input. */
  readonly pointer: string;
  readonly detail: string;
}

interface ErrorDetails {
  /** Text from the specs or about the request; never a driver's. */
  readonly detail?: string;
  readonly errors?: readonly InputProblem[];
  /** Response headers, such as Retry-After. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The node that failed. */
  readonly node?: string;
  readonly cause?: unknown;
}

/** A failure with an entry in the catalogue: the only kind whose text reaches a client. */
export class ExecutionError extends Error {
  override readonly name = "ExecutionError";
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly errors: readonly InputProblem[];
  readonly headers: Readonly<Record<string, string>>;
  readonly node: string | undefined;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(details.detail ?? catalogue[code].message, { cause: details.cause });
    this.code = code;
    this.detail = details.detail;
    this.errors = details.errors ?? [];
    this.headers = details.headers ?? {};
    this.node = details.node;
  }

  get status(): number {
    return catalogue[this.code].status;
  }
}
