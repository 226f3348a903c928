import type { JsonValue } from "../../json.ts";
import type { FunctionName } from "../check/typed-expression.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { burn, type Fuel } from "./fuel.ts";
import type { Operation } from "./operation.ts";
import { maximumElements, maximumText, tooLarge } from "./output-limit.ts";
import { readBoolean, readList, readText } from "./read-value.ts";

type TextFunction =
  | Exclude<Extract<FunctionName, `text${string}`>, `textTo${string}`>
  | "asText"
  | "booleanToText"
  | "listSize"
  | "listConcatenate"
  | "jsonSize";

/** Characters that one step of fuel pays for. */
const charactersPerStep = 1000;

export const textFunctions = {
  asText: ([a]) => readText(a),
  booleanToText: ([a]) => String(readBoolean(a)),
  textConcatenate: concatenate,
  textSize: ([a], fuel) => countCodePoints(readText(a), fuel),
  textStartsWith: ([a, b]) => readText(a).startsWith(readText(b)),
  textEndsWith: ([a, b]) => readText(a).endsWith(readText(b)),
  textContains: ([a, b], fuel) => {
    const [text, part] = [readText(a), readText(b)];
    // The engine's search may compare every character with every other.
    burn(fuel, cost(text) * cost(part));
    return text.includes(part);
  },
  textLower: ([a], fuel) => mapAscii(readText(a), /[A-Z]/g, (letter) => letter.toLowerCase(), fuel),
  textUpper: ([a], fuel) => mapAscii(readText(a), /[a-z]/g, (letter) => letter.toUpperCase(), fuel),
  textTrim: ([a], fuel) => trimAscii(readText(a), fuel),
  listSize: ([a]) => readList(a).length,
  listConcatenate: ([a, b], fuel) => {
    const joined = [...readList(a), ...readList(b)];
    burn(fuel, joined.length);
    if (joined.length > maximumElements) throw tooLarge();
    return joined;
  },
  jsonSize: ([a], fuel) => {
    if (typeof a === "string") return countCodePoints(a, fuel);
    if (Array.isArray(a)) return a.length;
    if (typeof a === "object" && a !== null) return Object.keys(a).length;
    throw new EvaluationError("wrong-type", "size() needs text, a list or an object");
  },
} satisfies Record<TextFunction, Operation>;

function concatenate(operands: readonly JsonValue[], fuel: Fuel): string {
  const text = operands.map(readText).join("");
  burn(fuel, cost(text));
  if (text.length > maximumText) throw tooLarge();
  return text;
}

function countCodePoints(text: string, fuel: Fuel): number {
  burn(fuel, cost(text));
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function mapAscii(text: string, letters: RegExp, map: (letter: string) => string, fuel: Fuel): string {
  burn(fuel, cost(text));
  return text.replace(letters, map);
}

function trimAscii(text: string, fuel: Fuel): string {
  burn(fuel, cost(text));
  const isSpace = (at: number): boolean => " \t\n\r\f\v".includes(text.charAt(at));
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(start)) start += 1;
  while (end > start && isSpace(end - 1)) end -= 1;
  return text.slice(start, end);
}

function cost(text: string): number {
  return Math.ceil(text.length / charactersPerStep);
}
