import { ExecutionError } from "../errors/execution-error.ts";

/** An error of the HTTP edge as the catalogue has it (fastify.dev/docs/latest/Reference/Errors). */
export function frameworkProblem(error: unknown): ExecutionError {
  if (error instanceof ExecutionError) return error;
  const { code, statusCode } = error as { readonly code?: unknown; readonly statusCode?: unknown };
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return new ExecutionError("body-too-large", { cause: error });
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") return new ExecutionError("unsupported-media-type", { cause: error });
  const isClients = typeof statusCode === "number" && statusCode >= 400 && statusCode < 500;
  return new ExecutionError(isClients ? "malformed-request" : "internal-error", { cause: error });
}
