import fc from "fast-check";
import { expect, it } from "vitest";
import { schemaCompiler } from "../../../executor/boot/compile-schema.ts";
import { checkJsonSchema } from "../../../specs/compile/check-json-schema.ts";
import type { JsonObject, JsonSchema, JsonValue } from "../../../specs/json.ts";
import { compileDesign, problems, toolWith } from "../design-files.ts";

const input = (a: JsonSchema): JsonSchema => ({ type: "object", properties: { a } });
const choice = { type: "object", required: ["k"], properties: { k: { type: "string", default: "q" } } };

/** `code path` of what the check of a schema says. */
function said(schema: JsonSchema): readonly string[] {
  const found: string[] = [];
  checkJsonSchema(schema, [], (code, path) => found.push(`${code} ${path.join("/")}`));
  return found;
}

function isServed(schema: JsonSchema): boolean {
  try {
    schemaCompiler()(schema)({});
    return true;
  } catch {
    return false;
  }
}

const refused: readonly (readonly [string, JsonSchema, string])[] = [
  [
    "a default inside anyOf",
    input({ anyOf: [choice] }),
    "default-not-filled properties/a/anyOf/0/properties/k/default",
  ],
  [
    "a default inside oneOf",
    input({ oneOf: [choice] }),
    "default-not-filled properties/a/oneOf/0/properties/k/default",
  ],
  [
    "a default in a list inside anyOf",
    input({ anyOf: [{ type: "array", items: choice }] }),
    "default-not-filled properties/a/anyOf/0/items/properties/k/default",
  ],
  [
    "a default in allOf inside anyOf",
    input({ anyOf: [{ type: "object", allOf: [choice] }] }),
    "default-not-filled properties/a/anyOf/0/allOf/0/properties/k/default",
  ],
  ["a default of the whole", { type: "object", default: {}, properties: {} }, "default-not-filled default"],
];

it.each(refused)("%s, which the executor refuses, is a spec error at its place", (_, schema, expected) => {
  expect(isServed(schema)).toBe(false);
  expect(said(schema)).toEqual([expected]);
});

it("says so of a tool at the character", () => {
  const text = toolWith("  - { id: a, type: transform, value: 1 }").replace(
    "required: [id], properties: {",
    "required: [id], properties: { a: { anyOf: [{ type: object, properties: { k: { type: string, default: q } } }] },",
  );
  expect(problems(compileDesign({ "tools/own.yaml": text }))).toEqual(["tools/own.yaml:6:116 default-not-filled"]);
});

const taken: readonly JsonSchema[] = [
  { type: "object", allOf: [choice] },
  input({ type: ["string", "null"], default: null }),
  input({ type: "array", items: { type: "string", default: "x" } }),
  input({
    type: "object",
    properties: { b: { type: "object", default: {}, properties: { c: { type: "integer", default: 1 } } } },
  }),
  input({
    anyOf: [
      { type: "string", pattern: "^a" },
      { type: "integer", multipleOf: 3 },
    ],
  }),
  input({ type: "object", anyOf: [{ required: ["b"], properties: { b: { type: "string" } } }], default: { b: "x" } }),
  input({ enum: [1, "a", null] }),
  input({ const: { b: [1] } }),
  input({}),
];

it.each(taken)("takes %j, and so does the executor", (schema) => {
  expect(said(schema)).toEqual([]);
  expect(isServed(schema)).toBe(true);
});

const value = fc.constantFrom<JsonValue>("web", 0, 2.5, true, null, [], {}, { k: "q" });
const leaf = fc
  .tuple(
    fc.constantFrom<JsonSchema>(
      {},
      { type: "string", pattern: "a+" },
      { type: "integer", minimum: 1 },
      { type: ["object", "null"] },
      { type: ["string", "integer"] },
      { type: "string", items: {} },
      { type: "array", uniqueItems: true, items: {} },
      { minLength: 2 },
      { const: 1 },
    ),
    fc.option(value, { nil: undefined, freq: 6 }),
  )
  .map(([own, fallback]): JsonSchema => (fallback === undefined ? own : { ...own, default: fallback }));
const { schema: drawn } = fc.letrec<{ schema: JsonSchema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc
      .tuple(
        fc.dictionary(fc.constantFrom("a", "k"), tie("schema"), { maxKeys: 2 }),
        fc.option(value, { nil: undefined, freq: 8 }),
      )
      .map(
        ([properties, fallback]): JsonSchema => ({
          type: "object",
          properties,
          ...(fallback === undefined ? {} : { default: fallback }),
        }),
      ),
    fc
      .tuple(fc.constantFrom("anyOf", "oneOf", "allOf"), fc.array(tie("schema"), { minLength: 1, maxLength: 2 }))
      .map(([key, parts]): JsonSchema => ({ [key]: parts })),
    tie("schema").map((items): JsonSchema => ({ type: "array", items })),
  ),
}));

it("lets nothing through that the executor refuses to start with", () => {
  let passed = 0;
  fc.assert(
    fc.property(drawn, (schema) => {
      const whole: JsonObject = input(schema);
      if (said(whole).length > 0) return;
      passed += 1;
      expect(isServed(whole)).toBe(true);
    }),
    { numRuns: 400 },
  );
  expect(passed).toBeGreaterThan(30);
});
