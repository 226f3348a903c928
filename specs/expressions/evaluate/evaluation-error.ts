export type EvaluationCode =
  | "fuel-exhausted"
  | "output-too-large"
  | "no-such-value"
  | "wrong-type"
  | "invalid-value"
  | "division-by-zero"
  | "overflow"
  | "currency-mismatch";

/** An expression that has no value for just this input; its text holds no value from the request. */
export class EvaluationError extends Error {
  override readonly name = "EvaluationError";
  readonly code: EvaluationCode;

  constructor(code: EvaluationCode, message: string) {
    super(message);
    this.code = code;
  }
}
