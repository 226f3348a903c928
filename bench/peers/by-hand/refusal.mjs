/** An answer that is the caller's fault. */
export class Refusal extends Error {
  constructor(status, code, errors) {
    super(code);
    Object.assign(this, { status, code, errors });
  }
}

/** What PostgreSQL refuses because of the caller; everything else is thrown as it is. */
export function asRefusal(error) {
  if (error.code === "23P01") return new Refusal(409, "room-is-taken");
  return error;
}
