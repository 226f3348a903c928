import { isJsonObject, type JsonValue } from "../../json.ts";
import { EvaluationError } from "./evaluation-error.ts";

/** UTF-16 code units of text and keys in one result. */
export const maximumText = 1_048_576;
/** List elements in one result, at all depths. */
export const maximumElements = 10_000;
/** Object fields in one result, at all depths. */
const maximumFields = 200_000;

/** Throws EvaluationError `output-too-large`. Counts shared parts each time they appear, as JSON would. */
export function limitOutput(value: JsonValue): JsonValue {
  const counts = { text: 0, elements: 0, fields: 0 };
  const open: JsonValue[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === "string") counts.text += next.length;
    else if (Array.isArray(next)) counts.elements += next.length;
    else if (isJsonObject(next)) {
      const keys = Object.keys(next);
      counts.fields += keys.length;
      for (const key of keys) counts.text += key.length;
    }
    if (counts.text > maximumText || counts.elements > maximumElements || counts.fields > maximumFields)
      throw tooLarge();
    if (typeof next === "object" && next !== null)
      for (const inner of Object.values(next)) open.push(inner as JsonValue);
  }
  return value;
}

export function tooLarge(): EvaluationError {
  return new EvaluationError("output-too-large", "the expression's value is too large");
}
