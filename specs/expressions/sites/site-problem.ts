import type { ExpressionProblem } from "../expression-error.ts";

/** A problem at one text of a spec. */
export interface SiteProblem extends ExpressionProblem {
  /** Keys of names joined by `/`, as SourceMap has them, below the tool, entity or policy; offsets count in that text. */
  readonly path: string;
}

/** The path below another. */
export function below(path: string, rest: string): string {
  return rest === "" ? path : `${path}/${rest}`;
}
