import { EvaluationError } from "@lintel/specs";
import { StatementError } from "../database/index.ts";
import { type ConstraintNames, databaseProblem } from "./database-error.ts";
import { ExecutionError } from "./execution-error.ts";

/** Whatever was thrown as an error of the catalogue; what nobody foresaw is `internal-error`, and its text stays inside. */
export function asExecutionError(thrown: unknown, constraints: ConstraintNames): ExecutionError {
  if (thrown instanceof ExecutionError) return thrown;
  if (thrown instanceof EvaluationError) {
    return new ExecutionError("evaluation-failed", { detail: thrown.message, cause: thrown });
  }
  if (thrown instanceof StatementError && thrown.code === "value-mismatch") {
    return new ExecutionError("invalid-value", { detail: thrown.message, cause: thrown });
  }
  if (thrown instanceof StatementError && thrown.code === "too-many-rows") {
    return new ExecutionError("too-many-rows", { detail: thrown.message, cause: thrown });
  }
  return databaseProblem(thrown, constraints) ?? new ExecutionError("internal-error", { cause: thrown });
}
