import { describe, expect, it } from "vitest";
import { referencedNodes } from "../../../specs/index.ts";

function inExpression(source: string): readonly string[] {
  return referencedNodes({ type: "expression", path: "when", source, expects: "any" });
}

describe("referencedNodes", () => {
  it("names each node once, by dot and by key", () => {
    expect(inExpression(`nodes.load.total > nodes . load.x + nodes["b-c"].y + nodes['d']`)).toEqual([
      "load",
      "b-c",
      "d",
    ]);
  });

  it("ignores strings, comments and fields that are called nodes", () => {
    expect(inExpression(`input.nodes.a == "nodes.b" // don't nodes.c\n && input . nodes.d`)).toEqual([]);
    expect(inExpression(`// it's\n nodes.e`)).toEqual(["e"]);
    expect(inExpression("subnodes.a")).toEqual([]);
  });

  it("reads templates at any depth and takes text that does not parse", () => {
    const template = { a: ["x ${nodes.one.id}", { b: "${nodes.two}" }], c: "${nodes.three" };
    expect(referencedNodes({ type: "template", path: "value", template })).toEqual(["one", "two"]);
    expect(inExpression("nodes.a + (")).toEqual(["a"]);
  });
});
