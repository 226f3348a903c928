import { exitCodes } from "../exit-codes.ts";

/** Why nothing was acknowledged, and the exit code that says so. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.usage) {
    super(message);
    this.exitCode = exitCode;
  }
}
