import type { Json, JsonObject } from "./json.ts";

/** Canonical codes of google.rpc.Code with the HTTP status each is sent as (google/rpc/code.proto). */
const httpStatus = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  ABORTED: 409,
  CONDITION_NOT_MET: 412,
  INTERNAL: 500,
  UNIMPLEMENTED: 501,
} as const;

/** Numbers of google.rpc.Code, as an operation's error carries them. */
const rpcCode: Record<GoogleStatus, number> = {
  INVALID_ARGUMENT: 3,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  FAILED_PRECONDITION: 9,
  CONDITION_NOT_MET: 9,
  ABORTED: 10,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAUTHENTICATED: 16,
};

/** The named statuses that Google's APIs answer with. */
export type GoogleStatus = keyof typeof httpStatus;

/** What an error may carry beside its message: the legacy APIs' reason, and details of google.rpc.Status. */
export interface ErrorExtras {
  readonly reason?: string;
  readonly details?: readonly JsonObject[];
}

/** An error that reaches the caller in Google's shape. */
export class ApiError extends Error {
  readonly status: GoogleStatus;
  readonly extras: ErrorExtras;

  constructor(status: GoogleStatus, message: string, extras: ErrorExtras = {}) {
    super(message);
    this.status = status;
    this.extras = extras;
  }

  /** HTTP status code. */
  get httpCode(): number {
    return httpStatus[this.status];
  }

  /** google.rpc.Status, as it stands in a failed long-running operation. */
  toRpcStatus(): JsonObject {
    return { code: rpcCode[this.status], message: this.message, details: this.extras.details ?? [] };
  }
}

const legacyReason: Partial<Record<GoogleStatus, string>> = {
  INVALID_ARGUMENT: "invalid",
  FAILED_PRECONDITION: "failedPrecondition",
  UNAUTHENTICATED: "authError",
  PERMISSION_DENIED: "forbidden",
  NOT_FOUND: "notFound",
  ALREADY_EXISTS: "alreadyExists",
  ABORTED: "conflict",
  CONDITION_NOT_MET: "conditionNotMet",
  UNIMPLEMENTED: "notImplemented",
};

/**
 * Renders an error body. Compute Engine and Cloud SQL (`legacy`) list `errors[]` with a reason, the others send
 * `status` and `details` (https://google.aip.dev/193).
 */
export function renderError(error: ApiError, family: "rpc" | "legacy"): JsonObject {
  const reason = error.extras.reason ?? legacyReason[error.status] ?? "backendError";
  const entry: Json = { message: error.message, domain: "global", reason };
  const base = { code: error.httpCode, message: error.message };
  if (family === "legacy") return { error: { ...base, errors: [entry] } };
  const details = error.extras.details;
  return { error: { ...base, status: error.status, ...(details === undefined ? {} : { details }) } };
}

/** 400 with a field violation. */
export function invalidField(field: string, description: string): ApiError {
  return new ApiError("INVALID_ARGUMENT", description, {
    details: [{ "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: [{ field, description }] }],
  });
}
