import fc from "fast-check";
import { expect, it } from "vitest";
import { jsonError } from "../../../specs/load/json-error.ts";

const cases: readonly (readonly [string, string, string])[] = [
  ["a comma too many in a map", '{\n  "a": 1,\n  "b": 2,\n}', "}"],
  ["a comma too many in a list", '{"a": [1,\n2,\n]\n}', "]\n}"],
  ["a misspelt word", '{"a": 1,\n"b": tru}', "}"],
  ["a word that is none", '{"a":\n yes}', "yes}"],
  ["a comment", '{\n"a": 1 // one\n}', "// one\n}"],
  ["single quotes", "{\n'a': 1}", "'a': 1}"],
  ["a leading zero", '{"a": 01}', "1}"],
  ["no end", '{"a": [1', ""],
  ["a line end in text", '{"a": "b\nc"}', '\nc"}'],
];

it.each(cases)("says at which character %s stands", (_, text, rest) => {
  const error = jsonError(text);
  expect(text.slice(error?.offset)).toBe(rest);
  expect(error?.reason).not.toContain("valid JSON");
});

it("points at what was put into JSON", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 3 }), fc.nat(), (json, at) => {
      const structural = [...json.matchAll(/[,:[\]{}](?=[^"]*("[^"]*"[^"]*)*$)/g)].map(({ index }) => index);
      const offset = structural[at % structural.length];
      if (offset === undefined || json.includes("\\")) return;
      expect(jsonError(json)).toBeUndefined();
      expect(jsonError(`${json.slice(0, offset)}@${json.slice(offset)}`)?.offset).toBe(offset);
    }),
  );
});
