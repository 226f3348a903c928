import { canonicalJson } from "@lintel/specs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("canonical JSON", () => {
  it("sorts keys by code units at any depth, numbers among them as text", () => {
    expect(canonicalJson({ b: [{ z: 1, a: null }], "9": 1, "10": 2, a: "é\n", A: true })).toBe(
      '{"10":2,"9":1,"A":true,"a":"é\\n","b":[{"a":null,"z":1}]}',
    );
  });

  it("leaves out what is undefined, and refuses what has no JSON form at any depth", () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
    expect(() => canonicalJson({ a: [Number.NaN] })).toThrow(TypeError);
    expect(() => canonicalJson([undefined])).toThrow(TypeError);
    expect(() => canonicalJson({ a: { b: 1n } })).toThrow(TypeError);
  });

  it("writes any value as a walk over it does, whatever its keys are", () => {
    const keys = fc.oneof(fc.string(), fc.constantFrom("__proto__", "0", "10", "9", "toJSON", "constructor"));
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 4 }, fc.jsonValue(), fc.array(tie("any")), fc.dictionary(keys, tie("any"))),
    })).any;
    fc.assert(
      fc.property(value, (given) => {
        expect(canonicalJson(given)).toBe(canonicalJson(given, new Map()));
        expect(JSON.parse(canonicalJson(given))).toEqual(JSON.parse(JSON.stringify(given)));
      }),
      { numRuns: 300 },
    );
  });
});
