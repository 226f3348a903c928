import { diffBundles } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { compileBase } from "./base-specs.ts";
import { withSchemas } from "./with-schemas.ts";

const base = compileBase();

/** The rules found where the probe's input or output changes. */
function rulesOf(part: "input" | "output", before: object, after: object): readonly string[] {
  const { changes } = diffBundles(withSchemas(base, part, before), withSchemas(base, part, after));
  return changes.map(({ rule }) => rule).filter((rule) => /^(request|response)-/u.test(rule));
}

const ofX = (schema: object, required: readonly string[] = []): object => {
  return { type: "object", required, properties: { x: schema } };
};

const request = (before: object, after: object) => rulesOf("input", ofX(before), ofX(after));

describe("defaults of an input", () => {
  it("let a required property be left out, so that one that goes breaks as a new requirement does", () => {
    const [filled, bare] = [{ type: "integer", default: 3 }, { type: "integer" }];
    expect(rulesOf("input", ofX(filled, ["x"]), ofX(bare, ["x"]))).toEqual(["request-property-became-required"]);
    expect(rulesOf("input", ofX(filled), ofX(bare, ["x"]))).toEqual(["request-property-became-required"]);
    expect(rulesOf("input", ofX(bare), ofX(filled, ["x"]))).toEqual(["request-default-changed"]);
    expect(rulesOf("input", ofX(filled), ofX(filled, ["x"]))).toEqual([]);
    expect(rulesOf("input", ofX(filled, ["x"]), ofX(bare))).toEqual([
      "request-default-changed",
      "request-property-became-optional",
    ]);
  });

  it.each(["anyOf", "oneOf"])(
    "are not filled in inside %s, so that a requirement breaks there in spite of one",
    (key) => {
      const branch = ofX({ type: "integer", default: 3 });
      const needed = ofX({ type: "integer", default: 3 }, ["x"]);
      expect(request({ [key]: [branch] }, { [key]: [needed] })).toEqual(["request-property-became-required"]);
      const added = { ...needed, properties: { x: { type: "integer", default: 3 }, y: { type: "integer" } } };
      expect(request({ [key]: [{ ...branch, properties: {} }] }, { [key]: [added] })).toContain(
        "request-open-property-constrained",
      );
      expect(request({ [key]: [needed] }, { [key]: [ofX({ type: "integer", default: 4 }, ["x"])] })).toEqual([]);
    },
  );
});
