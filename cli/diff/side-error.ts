/** A side of the comparison that cannot be had, with the exit code that says why. */
export class SideError extends Error {
  override readonly name = "SideError";
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}
