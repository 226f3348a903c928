import { compileExpression, type Entity, entityScope, newFuel, parseExpression } from "@lintel/specs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { isAlwaysTrue } from "../../policypack/risk/where/is-always-true.ts";
import { entity } from "../specs/bundle/specs-in-memory.ts";

const plain = { nullable: false, generated: false, sensitive: false, personal: false };
const order: Entity = {
  ...entity("Order"),
  fields: [
    { ...plain, name: "id", type: "uuid" },
    { ...plain, name: "lines", type: "integer", minimum: 0, maximum: 9 },
    { ...plain, name: "weight", type: "number" },
    { ...plain, name: "reference", type: "string" },
    { ...plain, name: "isGift", type: "boolean" },
    { ...plain, name: "source", type: "enum", values: ["web", "phone"] },
  ],
};
const scope = entityScope(order, [order]);

const comparison = fc.constantFrom("==", "!=", "<", "<=", ">", ">=");
const equality = fc.constantFrom("==", "!=");
const atom = fc.oneof(
  fc.tuple(comparison, fc.integer({ min: -1, max: 10 })).map(([operator, value]) => `this.lines ${operator} ${value}`),
  fc
    .tuple(comparison, fc.integer({ min: -2, max: 2 }))
    .map(([operator, value]) => `this.weight ${operator} ${value.toFixed(1)}`),
  fc
    .tuple(comparison, fc.constantFrom("", "a", "b"))
    .map(([operator, value]) => `this.reference ${operator} "${value}"`),
  fc.tuple(equality, fc.constantFrom("web", "phone")).map(([operator, value]) => `this.source ${operator} "${value}"`),
  fc.constantFrom(
    "this.isGift",
    "!this.isGift",
    "this.id == this.id",
    "1 == 1",
    "1 > 2",
    "this.lines - this.lines == 0",
    "this.lines + 0 >= 0",
    "2 * this.lines < 7",
    "9 - this.lines >= this.lines",
    'this.reference.startsWith("")',
    "size(this.reference) >= 0",
    "this.reference != null",
    'this.source in ["web", "phone"]',
  ),
);
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    atom,
    fc
      .tuple(tie("condition"), fc.constantFrom("||", "&&"), tie("condition"))
      .map(([a, join, b]) => `(${a} ${join} ${b})`),
    tie("condition").map((inner) => `!(${inner})`),
  ),
}));

const rows = Array.from({ length: 10 }, (_, lines) => lines).flatMap((lines) =>
  [-3, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3].flatMap((weight) =>
    ["", "0", "a", "aa", "b", "c"].flatMap((reference) =>
      [true, false].flatMap((isGift) =>
        ["web", "phone"].map((source) => ({
          id: "6f1d2c1e-0c57-4f6b-9a0c-3f3a0a8f7b11",
          lines,
          weight,
          reference,
          isGift,
          source,
        })),
      ),
    ),
  ),
);

it("a where is called always true exactly when every row passes it", () => {
  fc.assert(
    fc.property(condition, (source) => {
      const evaluate = compileExpression(source, scope);
      const passesAll = rows.every((row) => evaluate({ this: row }, newFuel()) === true);
      expect(isAlwaysTrue(parseExpression(source), order)).toBe(passesAll ? "always" : "notAlways");
    }),
    { numRuns: 1000, seed: 20261121 },
  );
});
