import { RE2JS } from "re2js";

/** Why a pattern is not RE2, or nothing; patterns run by RE2 only, because its time is linear. */
export function patternProblem(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
