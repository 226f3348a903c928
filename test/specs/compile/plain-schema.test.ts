import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, it } from "vitest";
import { isPlainSchema } from "../../../specs/compile/plain-schema.ts";
import { schemaFormats } from "../../../specs/index.ts";
import type { JsonSchema, JsonValue } from "../../../specs/json.ts";

const bound = fc.integer({ min: 0, max: 4 });
const value = fc.constantFrom<JsonValue>("web", "2026-01-31", "", 0, 3, 2.5, true, null, [], {});
const type = fc.constantFrom("string", "integer", "number", "boolean", "null", "array", "object");
const keyword = fc.oneof(
  fc.tuple(fc.constant("default"), value),
  fc.tuple(fc.constant("enum"), fc.uniqueArray(value, { minLength: 1, maxLength: 3 })),
  fc.tuple(fc.constant("format"), fc.constantFrom("date", "uuid", "email")),
  fc.tuple(fc.constant("uniqueItems"), fc.boolean()),
  ...["minimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxProperties"].map((key) =>
    fc.tuple(fc.constant(key), bound),
  ),
);
const leaf = fc
  .tuple(type, fc.array(keyword, { maxLength: 3 }))
  .map(([own, keywords]): JsonSchema => ({ type: own, ...Object.fromEntries(keywords) }));
const schemas = fc.letrec<{ schema: JsonSchema }>((tie) => ({
  schema: fc
    .tuple(leaf, fc.option(fc.dictionary(fc.constantFrom("a", "b"), tie("schema"), { maxKeys: 2 }), { nil: undefined }))
    .map(([own, properties]) => ({ ...own, ...(properties === undefined ? {} : { properties }) })),
})).schema;

it("calls plain only what ajv's strict mode takes, with defaults that fit", () => {
  let plain = 0;
  fc.assert(
    fc.property(schemas, (schema) => {
      if (!isPlainSchema(schema)) return;
      plain += 1;
      const ajv = new Ajv2020({ strict: true, strictRequired: false, validateSchema: false, meta: false });
      for (const [name, format] of Object.entries(schemaFormats)) ajv.addFormat(name, format);
      ajv.compile(schema);
      const parts = [schema, ...Object.values((schema["properties"] ?? {}) as Record<string, JsonSchema>)];
      for (const part of parts)
        if (part["default"] !== undefined) expect(ajv.validate(part, part["default"])).toBe(true);
    }),
    { numRuns: 1_500 },
  );
  expect(plain).toBeGreaterThan(40);
});
