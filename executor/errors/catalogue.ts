// Decision: one catalogue; a client sees only these texts and what specs say, never a driver's. Codes are never reused.

/** One kind of problem. `message` is the problem's title; `hint` says what to do. */
export interface CatalogueEntry {
  /** HTTP status. */
  readonly status: number;
  readonly message: string;
  readonly hint: string;
}

const entry = (status: number, message: string, hint: string): CatalogueEntry => ({ status, message, hint });

const requests = {
  "no-such-tool": entry(404, "No tool answers at this path", "Check the method and the path against the specs."),
  "body-too-large": entry(413, "The body is too large", "Send less; workspace.yaml sets limits.bodySize."),
  "headers-too-large": entry(431, "The headers are too large", "Send less; a token may be too long."),
  "request-timeout": entry(408, "The request did not arrive in time", "Send it again, all of it."),
  "malformed-request": entry(400, "The request cannot be read", "Send a correct HTTP request."),
  "malformed-body": entry(400, "The body is not JSON that can be read", "Send one JSON object, as RFC 8259 has it."),
  "unsupported-media-type": entry(415, "The body is not JSON", "Send Content-Type: application/json."),
  "invalid-input": entry(
    422,
    "The input does not match the tool's schema",
    "Correct the places that errors points at.",
  ),
  "invalid-value": entry(422, "A value cannot be worked with", "Send values of the kind that the field holds."),
  "idempotency-key-required": entry(400, "The tool needs an Idempotency-Key", "Send one key per intended effect."),
  "idempotency-key-invalid": entry(
    400,
    "The Idempotency-Key cannot be used",
    "Send 1 to 255 printable ASCII characters.",
  ),
  "idempotency-key-unscoped": entry(
    422,
    "The token names nobody whose Idempotency-Key this could be",
    "Send a token with a sub claim, or no key.",
  ),
  "delivery-reused": entry(422, "The delivery's id came with another body", "Send each event under an id of its own."),
  "idempotency-key-reused": entry(422, "The Idempotency-Key came with another input", "Use a new key for a new call."),
  "idempotency-key-in-use": entry(
    409,
    "The first call with this key is not done",
    "Ask again later with the same key.",
  ),
} as const;

const callers = {
  "token-missing": entry(401, "A bearer token is needed", "Send Authorization: Bearer with a token of the issuer."),
  "token-invalid": entry(401, "The token is not accepted", "Get a new token of the issuer for this audience."),
  "keys-unavailable": entry(503, "The issuer's keys cannot be had", "Try again; check that the issuer answers."),
  "role-missing": entry(
    403,
    "The caller has none of the tool's roles",
    "Ask for one of the roles that the tool names.",
  ),
  "signature-missing": entry(
    401,
    "The webhook's signature is missing",
    "Sign the raw body as the tool's trigger says.",
  ),
  "signature-invalid": entry(401, "The webhook's signature does not match", "Check the secret, and sign the raw body."),
  "signature-stale": entry(401, "The webhook's time stamp is out of tolerance", "Sign again, with a correct clock."),
  "too-many-calls": entry(
    429,
    "The caller calls too often",
    "Call again after Retry-After seconds; workspace.yaml sets limits.rateLimit.",
  ),
  "policy-denied": entry(403, "A policy refuses the call", "See detail for the rule."),
} as const;

const flows = {
  "not-found": entry(404, "There is no such row", "Check the id; rows of other callers count as absent."),
  "not-owned": entry(403, "The row would not be the caller's", "Write only rows that belong to the caller."),
  "wrong-state": entry(
    409,
    "The row is in another state",
    "Read the row again; the status machine allows no such step.",
  ),
  "version-conflict": entry(409, "The row was changed by someone else", "Read the row again and repeat the change."),
  "write-contention": entry(409, "Others change the same rows", "Repeat the call after a moment."),
  "already-exists": entry(409, "There is such a row already", "Use the row that exists, or other values."),
  "exclusion-violated": entry(409, "The row collides with another one", "See detail; choose other values."),
  "reference-missing": entry(422, "A row that is referred to does not exist", "Create it first, or refer to another."),
  "reference-held": entry(409, "Other rows refer to this one", "Change or remove these first."),
  "invariant-violated": entry(422, "The row would break an invariant", "See detail for the rule."),
  "constraint-violated": entry(422, "A value is outside its field's limits", "See the entity's fields."),
  "assertion-failed": entry(422, "The call does not fit the state of things", "See detail for the rule."),
  "evaluation-failed": entry(422, "An expression has no value for this input", "Send values within the usual ranges."),
  "too-many-rows": entry(422, "The call reaches too many rows", "Narrow the call down."),
  "too-many-items": entry(422, "A list is longer than its loop allows", "Send or reach fewer; the flow sets maximum."),
  "poll-exhausted": entry(504, "What was waited for did not come about", "Repeat the call later."),
  "budget-exceeded": entry(
    422,
    "The call exceeds its budget",
    "Narrow the call down; a policy or the workspace sets it.",
  ),
  "execution-timeout": entry(504, "The call took too long", "Repeat it; workspace.yaml sets limits.executionTime."),
  "external-call-failed": entry(502, "A service that is called did not do its part", "Repeat the call later."),
  "external-call-limited": entry(
    503,
    "A service that is called takes no more calls now",
    "Repeat the call later; workspace.yaml sets the provider's rateLimit.",
  ),
  "external-call-suspended": entry(
    503,
    "A service that is called keeps failing and is left alone",
    "Repeat the call after Retry-After seconds.",
  ),
  "external-call-timeout": entry(504, "A service that is called did not answer in time", "Repeat the call later."),
} as const;

const service = {
  "database-unavailable": entry(503, "The database cannot be reached", "Repeat the call after Retry-After seconds."),
  "outcome-unknown": entry(
    503,
    "Whether the change was committed cannot be found out now",
    "Repeat the call after Retry-After seconds, with the same Idempotency-Key.",
  ),
  "not-parked": entry(409, "The execution does not wait for a person", "Look at how it stands; it ends by itself."),
  "undone-by-hand": entry(500, "A person has undone the execution", "Ask who operates the service; call again."),
  overloaded: entry(503, "This instance has too much to do", "Repeat the call after Retry-After seconds."),
  "shutting-down": entry(503, "This instance is going away", "Repeat the call; another instance answers."),
  "output-mismatch": entry(
    500,
    "The answer does not match the tool's schema",
    "What was written stays; correct the tool.",
  ),
  "internal-error": entry(500, "Something unforeseen happened", "Find the execution's id in the service's log."),
} as const;

/** Every problem that a client can see, by code. */
export const catalogue = { ...requests, ...callers, ...flows, ...service } as const;

export type ErrorCode = keyof typeof catalogue;
