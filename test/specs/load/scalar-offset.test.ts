import { describe, expect, it } from "vitest";
import { compileDesign, problems, toolWith } from "../design-files.ts";

/** Where a misspelt name in a template is said to stand, for each way of writing the template's scalar. */
function placeOf(scalar: string): string | undefined {
  const flow = `  - id: a\n    type: transform\n    value: ${scalar}`;
  return problems(compileDesign({ "tools/own.yaml": toolWith(flow) }))[0];
}

describe("a problem inside an expression stands at its character", () => {
  it.each([
    ["a plain scalar", "x ${inptu.id}", "tools/own.yaml:12:16 unknown-name"],
    ["double quotes", '"x ${inptu.id}"', "tools/own.yaml:12:17 unknown-name"],
    ["double quotes with escapes before it", '"\\u00e9\\x41\\n\\" ${inptu.id}"', "tools/own.yaml:12:30 unknown-name"],
    ["single quotes with a quote before it", "'it''s ${inptu.id}'", "tools/own.yaml:12:21 unknown-name"],
    ["a literal block", "|\n      one\n        two ${inptu.id}", "tools/own.yaml:14:15 unknown-name"],
  ])("of %s", (_, scalar, expected) => {
    expect(placeOf(scalar)).toBe(expected);
  });

  it.each([
    ["a folded block", ">\n      one\n      two ${inptu.id}"],
    ["a plain scalar of two lines", "one\n      two ${inptu.id}"],
    ["quotes over two lines", '"one\n      two ${inptu.id}"'],
    ["a literal block with an indentation indicator", "|2\n        ${inptu.id}"],
  ])("but at the scalar's start of %s, whose folding loses it", (_, scalar) => {
    expect(placeOf(scalar)).toBe("tools/own.yaml:12:12 unknown-name");
  });
});
