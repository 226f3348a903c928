export type EditProblem =
  | "unreadable"
  | "no-such-place"
  | "through-alias"
  | "shared-by-alias"
  | "not-possible-here"
  | "loses-comment";

/** An edit that is refused: nothing was changed. */
export class EditError extends Error {
  override readonly name = "EditError";
  readonly code: EditProblem;

  constructor(code: EditProblem, message: string) {
    super(message);
    this.code = code;
  }
}
