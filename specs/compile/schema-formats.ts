import type { Options } from "ajv/dist/2020.js";
import { RE2JS } from "re2js";
import { isDate } from "./calendar.ts";

/** The formats of tool schemas, each with its check; the executor validates by the same ones. */
export const schemaFormats: Readonly<Record<string, (text: string) => boolean>> = {
  uuid: (text) => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text),
  date: isDate,
  "date-time": (text) => {
    const [, day] = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/.exec(text) ?? [];
    return day !== undefined && isDate(day) && !Number.isNaN(Date.parse(text));
  },
  email: (text) => text.length <= 320 && /^[^\s@\p{Cc}]{1,64}@[^\s@.\p{Cc}]+(\.[^\s@.\p{Cc}]+)+$/u.test(text),
  uri: (text) => /^[a-z][a-z0-9+.-]*:\S+$/i.test(text) && URL.canParse(text),
  decimal: (text) => /^-?\d{1,100}(\.\d{1,100})?$/.test(text),
  duration: (text) => /^(0|[1-9]\d{0,9})(ms|s|m|h|d)$/.test(text),
};

/** ajv's `code.regExp`: patterns of specs run by RE2, in linear time, never by the engine's own backtracking. */
export const linearPatterns = Object.assign(
  (pattern: string) => {
    const compiled = RE2JS.compile(pattern);
    // ajv keeps patterns of one schema apart by their text.
    return { test: (text: string) => compiled.matcher(text).find(), toString: () => pattern };
  },
  { code: 'throw new Error("patterns are compiled when the service starts")' },
);

/** ajv's options for tool schemas, of the executor and of the check before it: what one refuses the other does. */
export const schemaOptions = {
  // The file's schema has said already what the meta schema would; compiling that one is what costs a start the most.
  meta: false,
  validateSchema: false,
  strictSchema: true,
  strictNumbers: true,
  useDefaults: true,
  coerceTypes: false,
  ownProperties: true,
  formats: schemaFormats,
  code: { regExp: linearPatterns },
} as const satisfies Options;
