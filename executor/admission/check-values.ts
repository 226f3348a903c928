import { isJsonObject, type JsonValue } from "@lintel/specs";
import type { InputProblem } from "../errors/execution-error.ts";

/** Problems told of at most. */
const maximumProblems = 20;

const reservedKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Places of a value that nothing behind can hold: NUL and lone surrogates (PostgreSQL's text has neither), integers beyond
 * 2^53 - 1 (a double would change them silently), keys that reach into prototypes. The value's depth is bounded already.
 */
export function checkValues(value: JsonValue): readonly InputProblem[] {
  const problems: InputProblem[] = [];
  visit(value, "", problems);
  return problems;
}

function visit(value: JsonValue, pointer: string, problems: InputProblem[]): void {
  if (problems.length >= maximumProblems) return;
  if (typeof value === "string") {
    const flaw = textFlaw(value);
    if (flaw !== undefined) problems.push({ pointer, detail: flaw });
  } else if (typeof value === "number") {
    if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      problems.push({ pointer, detail: "is beyond 2^53 - 1; send such a number as text, to a field of type decimal" });
    }
  } else if (Array.isArray(value)) {
    for (const [index, element] of (value as readonly JsonValue[]).entries()) {
      visit(element, `${pointer}/${index}`, problems);
    }
  } else if (isJsonObject(value)) {
    for (const key of Object.keys(value)) visitMember(value[key] ?? null, key, pointer, problems);
  }
}

function visitMember(value: JsonValue, key: string, pointer: string, problems: InputProblem[]): void {
  const place = `${pointer}/${escapePointer(key)}`;
  if (reservedKeys.has(key)) problems.push({ pointer: place, detail: "is a name that no property may have" });
  else if (textFlaw(key) !== undefined)
    problems.push({ pointer: place, detail: "is a name that holds the character NUL" });
  else visit(value, place, problems);
}

function textFlaw(text: string): string | undefined {
  if (text.includes("\0")) return "holds the character NUL, which no text may";
  return text.isWellFormed() ? undefined : "holds half of a surrogate pair, which is no character";
}

/** One reference token of a JSON pointer (RFC 6901, section 3). */
export function escapePointer(token: string): string {
  return token.replaceAll("~", "~0").replaceAll("/", "~1").replaceAll("\0", "\u2400");
}
