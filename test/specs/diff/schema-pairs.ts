// Rules about what tools take and answer.
import type { DiffRuleId } from "@lintel/specs";
import { entity, input, one, output, type Pair, probe, request, response, three, two, x, y } from "./pair-builders.ts";

export const schemaPairs = {
  "request-required-property-added": input(
    `{ type: object, properties: { ${x} } }`,
    `{ type: object, required: [z], properties: { ${x}, z: { type: string } } }`,
  ),
  "request-property-became-required": input(
    `{ type: object, properties: { ${x} } }`,
    `{ type: object, required: [x], properties: { ${x} } }`,
  ),
  "request-property-became-optional": input(
    `{ type: object, required: [x], properties: { ${x} } }`,
    `{ type: object, properties: { ${x} } }`,
  ),
  "request-property-added": input(
    `{ type: object, properties: { ${x} } }`,
    `{ type: object, properties: { ${x}, z: { type: string } } }`,
  ),
  "request-property-removed": input(`{ type: object, properties: { ${x} } }`, "{ type: object, properties: {} }"),
  "request-property-ignored": input(
    `{ type: object, additionalProperties: true, properties: { ${x} } }`,
    "{ type: object, additionalProperties: true, properties: {} }",
  ),
  "request-open-property-constrained": input(
    "{ type: object, additionalProperties: true, properties: {} }",
    `{ type: object, additionalProperties: true, properties: { ${x} } }`,
  ),
  "request-object-closed": input(
    `{ type: object, additionalProperties: true, properties: { ${x} } }`,
    `{ type: object, properties: { ${x} } }`,
  ),
  "request-type-narrowed": request("{ type: number }", "{ type: integer }"),
  "request-type-widened": request("{ type: integer }", "{ type: number }"),
  "request-became-not-nullable": request("{ type: [string, 'null'] }", "{ type: string }"),
  "request-became-nullable": request("{ type: string }", "{ type: [string, 'null'] }"),
  "request-enum-value-removed": request("{ type: string, enum: [a, b] }", "{ type: string, enum: [a] }"),
  "request-enum-value-added": request("{ type: string, enum: [a] }", "{ type: string, enum: [a, b] }"),
  "request-enum-set": request("{ type: string }", "{ type: string, enum: [a] }"),
  "request-minimum-raised": request("{ type: integer, minimum: 1 }", "{ type: integer, exclusiveMinimum: 1 }"),
  "request-maximum-lowered": request("{ type: integer, maximum: 100 }", "{ type: integer, maximum: 50 }"),
  "request-min-length-raised": request("{ type: string }", "{ type: string, minLength: 1 }"),
  "request-max-length-lowered": request("{ type: string, maxLength: 9 }", "{ type: string, maxLength: 8 }"),
  "request-min-items-raised": request("{ type: array, items: {} }", "{ type: array, minItems: 1, items: {} }"),
  "request-max-items-lowered": request("{ type: array, items: {} }", "{ type: array, maxItems: 9, items: {} }"),
  "request-min-properties-raised": request("{ type: object }", "{ type: object, minProperties: 1 }"),
  "request-max-properties-lowered": request("{ type: object }", "{ type: object, maxProperties: 9 }"),
  "request-multiple-of-changed": request("{ type: integer, multipleOf: 2 }", "{ type: integer, multipleOf: 6 }"),
  "request-pattern-changed": request("{ type: string, pattern: ^a }", "{ type: string, pattern: ^b }"),
  "request-format-changed": request("{ type: string }", "{ type: string, format: email }"),
  "request-unique-items-required": request(
    "{ type: array, items: {} }",
    "{ type: array, uniqueItems: true, items: {} }",
  ),
  "request-limit-loosened": request("{ type: string, maxLength: 9 }", "{ type: string }"),
  "request-alternative-removed": request(`{ anyOf: [${one}, ${two}] }`, `{ anyOf: [${one}] }`),
  "request-alternative-added": request(`{ anyOf: [${one}] }`, `{ anyOf: [${one}, ${two}] }`),
  "request-one-of-alternative-added": request(`{ oneOf: [${one}] }`, `{ oneOf: [${one}, ${three}] }`),
  "request-one-of-alternative-widened": request(
    `{ oneOf: [${one}, ${two}] }`,
    `{ oneOf: [${one}, { type: string, minLength: 2 }] }`,
  ),
  "request-condition-added": request("{ type: string }", `{ type: string, allOf: [${one}] }`),
  "request-default-changed": request("{ type: integer, default: 50 }", "{ type: integer, default: 20 }"),

  "response-property-removed": output(
    `{ type: object, required: [y], properties: { ${y} } }`,
    "{ type: object, properties: {} }",
  ),
  "response-optional-property-removed": output(
    `{ type: object, properties: { ${y} } }`,
    "{ type: object, properties: {} }",
  ),
  "response-property-added": output("{ type: object, properties: {} }", `{ type: object, properties: { ${y} } }`),
  "response-property-became-optional": output(
    `{ type: object, required: [y], properties: { ${y} } }`,
    `{ type: object, properties: { ${y} } }`,
  ),
  "response-property-became-required": output(
    `{ type: object, properties: { ${y} } }`,
    `{ type: object, required: [y], properties: { ${y} } }`,
  ),
  "response-type-widened": response("{ type: integer }", "{ type: number }"),
  "response-type-narrowed": response("{ type: number }", "{ type: integer }"),
  "response-became-nullable": response("{ type: integer }", "{ type: [integer, 'null'] }"),
  "response-became-not-nullable": response("{ type: [integer, 'null'] }", "{ type: integer }"),
  "response-enum-value-added": response("{ type: integer, enum: [1] }", "{ type: integer, enum: [1, 2] }"),
  "response-enum-value-renamed": {
    old: {
      [entity]: [["[bug, wish]", "[bug, wish, task]"]],
      [probe]: [["y: {}", "y: { type: string, enum: [task] }"]],
    },
    next: {
      [entity]: [["values: [bug, wish]", "values: [bug, job], renamedValues: { task: job, wish: job }"]],
      [probe]: [["y: {}", "y: { type: string, enum: [job] }"]],
    },
  },
  "response-enum-value-removed": response("{ type: integer, enum: [1, 2] }", "{ type: integer, enum: [1] }"),
  "response-enum-dropped": response("{ type: integer, enum: [1] }", "{ type: integer }"),
  "response-minimum-lowered": response("{ type: integer, minimum: 1 }", "{ type: integer }"),
  "response-maximum-raised": response("{ type: integer, maximum: 1 }", "{ type: integer, maximum: 2 }"),
  "response-min-length-lowered": response("{ type: string, minLength: 2 }", "{ type: string, minLength: 1 }"),
  "response-max-length-raised": response("{ type: string, maxLength: 2 }", "{ type: string, maxLength: 3 }"),
  "response-min-items-lowered": response("{ type: array, minItems: 1 }", "{ type: array }"),
  "response-max-items-raised": response("{ type: array, maxItems: 1 }", "{ type: array, maxItems: 2 }"),
  "response-min-properties-lowered": response("{ type: object, minProperties: 1 }", "{ type: object }"),
  "response-max-properties-raised": response("{ type: object, maxProperties: 1 }", "{ type: object }"),
  "response-multiple-of-changed": response("{ type: integer, multipleOf: 6 }", "{ type: integer, multipleOf: 4 }"),
  "response-pattern-changed": response("{ type: string, pattern: ^a }", "{ type: string }"),
  "response-format-changed": response("{ type: string, format: date }", "{ type: string, format: date-time }"),
  "response-unique-items-dropped": response("{ type: array, uniqueItems: true }", "{ type: array }"),
  "response-limit-tightened": response("{ type: string }", "{ type: string, maxLength: 9 }"),
  "response-alternative-added": response(`{ anyOf: [${one}] }`, `{ anyOf: [${one}, ${two}] }`),
  "response-alternative-removed": response(`{ oneOf: [${one}, ${two}] }`, `{ oneOf: [${one}] }`),
  "response-condition-removed": response(`{ type: string, allOf: [${one}] }`, "{ type: string }"),
  "response-object-opened": output(
    "{ type: object, additionalProperties: false, properties: {} }",
    "{ type: object, additionalProperties: true, properties: {} }",
  ),
} as const satisfies Partial<Record<DiffRuleId, Pair>>;
