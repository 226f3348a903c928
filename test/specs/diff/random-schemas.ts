// Schemas of the language, and one change of each: small enough that values at their edges can be tried out.
import type { JsonSchema, JsonValue } from "@lintel/specs";
import { isJsonObject } from "@lintel/specs";
import fc from "fast-check";

const small = fc.integer({ min: 0, max: 4 });
const names = ["a", "b", "c"] as const;

/** Two whole numbers in order, each of which may be absent; a list that is always empty would make its items moot. */
function bounds(least: string, greatest: string, lowest = 0): fc.Arbitrary<JsonSchema> {
  return fc.record({ low: fc.option(small), span: fc.option(small) }).map(({ low, span }) => ({
    ...(low === null ? {} : { [least]: low }),
    ...(span === null ? {} : { [greatest]: (low ?? 0) + span + lowest }),
  }));
}

const scalar: fc.Arbitrary<JsonSchema> = fc.oneof(
  bounds("minLength", "maxLength").map((limits) => ({ type: "string", ...limits })),
  bounds("minimum", "maximum").map((limits) => ({ type: "integer", ...limits })),
  fc.constantFrom<JsonSchema>({ type: "number" }, { type: "boolean" }),
  fc.subarray(["x", "y", "z"], { minLength: 1 }).map((values) => ({ type: "string", enum: values })),
  fc.subarray([10, 20, 30], { minLength: 1 }).map((values) => ({ type: "integer", enum: values })),
);

function nullable(schema: JsonSchema): JsonSchema {
  const { type, enum: values } = schema;
  if (typeof type !== "string") return schema;
  const listed = Array.isArray(values) ? { enum: [...(values as readonly JsonValue[]), null] } : {};
  return { ...schema, type: [type, "null"], ...listed };
}

function maybeNull(schemas: fc.Arbitrary<JsonSchema>): fc.Arbitrary<JsonSchema> {
  return fc.tuple(schemas, fc.boolean()).map(([schema, isNull]) => (isNull ? nullable(schema) : schema));
}

function objects(parts: fc.Arbitrary<JsonSchema>): fc.Arbitrary<JsonSchema> {
  return fc
    .record({
      properties: fc
        .subarray([...names], { minLength: 1 })
        .chain((some) =>
          fc
            .tuple(...some.map(() => parts))
            .map((list) => Object.fromEntries(some.map((name, at) => [name, list[at] ?? {}]))),
        ),
      required: fc.subarray([...names]),
      isOpen: fc.boolean(),
    })
    .map(({ properties, required, isOpen }) => ({
      type: "object",
      properties,
      required: required.filter((name) => name in properties),
      ...(isOpen ? {} : { additionalProperties: false }),
    }));
}

function lists(parts: fc.Arbitrary<JsonSchema>): fc.Arbitrary<JsonSchema> {
  return fc
    .tuple(parts, bounds("minItems", "maxItems", 1))
    .map(([items, limits]) => ({ type: "array", items, ...limits }));
}

const inner = maybeNull(
  fc.oneof({ weight: 3, arbitrary: scalar }, { weight: 1, arbitrary: objects(maybeNull(scalar)) }),
);
const part = maybeNull(fc.oneof({ weight: 4, arbitrary: scalar }, lists(inner), objects(inner)));

/** An object, as inputs and outputs are. */
export const schemas = objects(part);

/** The schema with another part, property or requirement at one place. */
export function changed(schema: JsonSchema): fc.Arbitrary<JsonSchema> {
  const { properties, required, items } = schema;
  const options: fc.Arbitrary<JsonSchema>[] = [];
  if (isJsonObject(properties)) {
    const list = Array.isArray(required) ? (required as readonly string[]) : [];
    const known = Object.keys(properties);
    options.push(
      fc.subarray(known).map((next) => ({ ...schema, required: next })),
      fc
        .tuple(fc.constantFrom(...names), inner)
        .map(([name, added]) => ({ ...schema, properties: { ...properties, [name]: added } })),
      fc.constantFrom(...known).map((gone) => ({
        ...schema,
        properties: Object.fromEntries(Object.entries(properties).filter(([name]) => name !== gone)),
        required: list.filter((name) => name !== gone),
      })),
      ...known.map((name) =>
        changed(properties[name] as JsonSchema).map((next) => ({
          ...schema,
          properties: { ...properties, [name]: next },
        })),
      ),
    );
  } else if (isJsonObject(items)) {
    options.push(changed(items).map((next) => ({ ...schema, items: next })));
    options.push(
      bounds("minItems", "maxItems", 1).map((limits) => ({ type: schema["type"] ?? "array", items, ...limits })),
    );
  } else {
    options.push(maybeNull(scalar));
  }
  return fc.oneof(...options);
}
