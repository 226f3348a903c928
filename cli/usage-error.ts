/** What the user can mend: printed as it is, with exit code 2. The message names the thing and what to do. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
