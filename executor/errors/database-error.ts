// Decision: what the driver says is read for its code and constraint name only, and never handed on.
import type { ErrorCode } from "./catalogue.ts";
import { ExecutionError } from "./execution-error.ts";

/** A constraint as the specs know it. */
export interface SpecConstraint {
  readonly code: ErrorCode;
  /** For the client: the spec's own message, or which fields. */
  readonly detail: string;
  /** The same of a reference that stands in the way of a deletion. */
  readonly heldDetail?: string;
}

/** By constraint name in the database. */
export type ConstraintNames = ReadonlyMap<string, SpecConstraint>;

/** The SQLSTATE of a driver's error, undefined for other errors. */
function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || !("severity" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** serialization_failure and deadlock_detected: the transaction did nothing and may run again. */
export function isRetryable(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === "40001" || state === "40P01";
}

/** The server itself refused the statement and goes on: what its transaction did is undone. Not so where the connection ends. */
export function isRefused(error: unknown): boolean {
  return error instanceof Error && "severity" in error && error.severity === "ERROR";
}

/** Errors of sockets, and of a server that starts, stops or has no connection left: not the call's fault. */
function isUnavailable(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state !== undefined) return /^(08|53|57P0[1-5]|28|3D)/u.test(state);
  if (!(error instanceof Error)) return false;
  if ("code" in error && typeof error.code === "string" && /^E[A-Z_]+$/u.test(error.code)) return true;
  return /connection|terminated|timeout exceeded when trying to connect|read timeout|not queryable|pool/iu.test(
    error.message,
  );
}

const states: Readonly<Record<string, ErrorCode>> = {
  "23505": "already-exists",
  "23P01": "exclusion-violated",
  "23503": "reference-missing",
  // restrict_violation
  "23001": "reference-held",
  "23514": "constraint-violated",
  "23502": "invalid-value",
  "22P02": "invalid-value",
  "22001": "invalid-value",
  "22003": "invalid-value",
  "22007": "invalid-value",
  "22008": "invalid-value",
  "22021": "invalid-value",
  "22P05": "invalid-value",
  "2201B": "invalid-value",
  "22012": "evaluation-failed",
  // program_limit_exceeded: a value that is too long for an index
  "54000": "invalid-value",
  "40001": "write-contention",
  "40P01": "write-contention",
  "55P03": "write-contention",
  "57014": "execution-timeout",
  "25P03": "execution-timeout",
  "25P04": "execution-timeout",
};

/** A database error as the catalogue has it; names constraints as the specs do. Undefined for what is unforeseen. */
export function databaseProblem(error: unknown, constraints: ConstraintNames): ExecutionError | undefined {
  const state = sqlStateOf(error);
  const code = state === undefined ? undefined : states[state];
  if (code !== undefined) {
    const known = constraints.get(constraintOf(error));
    const detail = code === "reference-held" ? known?.heldDetail : known?.detail;
    return new ExecutionError(code === "reference-held" ? code : (known?.code ?? code), {
      cause: error,
      ...(detail === undefined ? {} : { detail }),
      ...(code === "write-contention" ? { headers: { "Retry-After": "1" } } : {}),
    });
  }
  if (!isUnavailable(error)) return undefined;
  return new ExecutionError("database-unavailable", { cause: error, headers: { "Retry-After": "5" } });
}

function constraintOf(error: unknown): string {
  return error instanceof Error && "constraint" in error && typeof error.constraint === "string"
    ? error.constraint
    : "";
}
