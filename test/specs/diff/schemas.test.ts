import { diffBundles } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { schemaCompiler } from "../../../executor/boot/compile-schema.ts";
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

const response = (before: object, after: object) => rulesOf("output", ofX(before), ofX(after));

describe("limits of numbers", () => {
  it("of whole numbers are the same where the same whole numbers pass", () => {
    const [above, from] = [{ exclusiveMinimum: 0 }, { minimum: 1 }];
    expect(request({ type: "integer", ...above }, { type: "integer", ...from })).toEqual([]);
    expect(response({ type: ["integer", "null"], ...above }, { type: ["integer", "null"], ...from })).toEqual([]);
    expect(request({ type: "integer", maximum: 2.5 }, { type: "integer", exclusiveMaximum: 3 })).toEqual([]);
    expect(request({ type: "integer", minimum: 1 }, { type: "integer", exclusiveMinimum: 1 })).toEqual([
      "request-minimum-raised",
    ]);
    expect(request({ type: "number", ...above }, { type: "number", ...from })).toEqual(["request-minimum-raised"]);
    expect(request({ type: "integer" }, { type: "integer", multipleOf: 1 })).toEqual([]);
    expect(request({ type: "number" }, { type: "number", multipleOf: 1 })).toEqual(["request-multiple-of-changed"]);
  });

  it("a multiple of 0.3 is none of 0.1, as the validator divides", () => {
    const [before, after] = [
      { type: "number", multipleOf: 0.3 },
      { type: "number", multipleOf: 0.1 },
    ];
    const validate = schemaCompiler();
    expect([validate(before)(0.3).length, validate(after)(0.3).length]).toEqual([0, 1]);
    expect(request(before, after)).toEqual(["request-multiple-of-changed"]);
    expect(request({ type: "number", multipleOf: 0.5 }, { type: "number", multipleOf: 0.25 })).toEqual([
      "request-limit-loosened",
    ]);
  });
});

describe("alternatives", () => {
  const text = (maxLength: number) => ({ type: "string", maxLength });
  const [short, long] = [text(3), { type: "string", minLength: 9 }];

  it.each(["anyOf", "oneOf"])("of %s that are put in another order and widened break nobody", (key) => {
    const before = { [key]: [short, { type: "integer", maximum: 5 }] };
    const after = { [key]: [{ type: "integer", maximum: 9 }, text(4)] };
    expect(new Set(request(before, after))).toEqual(new Set(["request-limit-loosened"]));
    expect(request({ anyOf: [text(3), text(5)] }, { anyOf: [text(10), text(4)] })).not.toContain(
      "request-max-length-lowered",
    );
    expect(response(after, before)).toEqual(["response-limit-tightened", "response-limit-tightened"]);
  });

  it("of anyOf may be merged into one that takes all of them, or be split", () => {
    expect(new Set(request({ anyOf: [text(3), text(5)] }, { anyOf: [text(9)] }))).toEqual(
      new Set(["request-limit-loosened"]),
    );
    expect(new Set(response({ anyOf: [text(9)] }, { anyOf: [text(3), text(5)] }))).toEqual(
      new Set(["response-limit-tightened"]),
    );
    expect(request({ anyOf: [text(3), text(5)] }, { anyOf: [text(4)] })).toContain("request-alternative-removed");
  });

  it("of oneOf that take more are warned of where they may take what another one takes", () => {
    const warned = "request-one-of-alternative-widened";
    expect(request({ oneOf: [short, long] }, { oneOf: [short, { type: "string", minLength: 2 }] })).toContain(warned);
    expect(request({ oneOf: [short, long] }, { oneOf: [short, { type: "string", minLength: 5 }] })).not.toContain(
      warned,
    );
    const kind = (value: string, more: object) => {
      const properties = { kind: { const: value }, n: { type: "integer", ...more } };
      return { type: "object", required: ["kind"], properties };
    };
    const [one, other] = [kind("a", { maximum: 3 }), kind("b", {})];
    expect(request({ oneOf: [one, other] }, { oneOf: [kind("a", {}), other] })).toEqual(["request-limit-loosened"]);
    expect(request({ oneOf: [one] }, { oneOf: [one, other] })).toEqual(["request-alternative-added"]);
  });
});

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
