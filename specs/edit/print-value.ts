import { isJsonObject, type JsonValue } from "../json.ts";

/** How new text is written: `json` quotes every key and text. */
export type TextFormat = "yaml" | "json";

/** A value on one line, in a form that is the same in block and in flow surroundings. */
export function printValue(value: JsonValue, format: TextFormat): string {
  if (Array.isArray(value)) {
    const items = (value as readonly JsonValue[]).map((item) => printValue(item, format));
    return `[${items.join(", ")}]`;
  }
  if (isJsonObject(value)) {
    const pairs = Object.entries(value).map((pair) => printPair(pair, format));
    return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
  }
  if (typeof value === "string") return printText(value, format);
  return JSON.stringify(value);
}

export function printPair([key, value]: readonly [string, JsonValue], format: TextFormat): string {
  return `${printText(key, format)}: ${printValue(value, format)}`;
}

/** Text that no YAML schema reads as anything else, and that holds no indicator: words, paths, durations, dates. */
const plain = /^(?:[A-Za-z][\w./@-]*(?: [\w./@-]+)*|\d+(?:ms|s|m|h|d)|\d{4}-\d{2}-\d{2})$/;
const reserved = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

function printText(text: string, format: TextFormat): string {
  if (format === "yaml" && plain.test(text) && !reserved.test(text)) return text;
  if (format === "yaml" && quoting.test(text)) return `'${text}'`;
  return JSON.stringify(text).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff]/g, escaped);
}

/** Text that double quotes would make hard to read: it holds some itself. */
const quoting = /^(?=.*")[ !"#$%&(-~]+$/;

/** JSON lets these stand in a text; YAML takes some of them for line breaks, and nobody sees the others. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
