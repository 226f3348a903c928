import { isJsonObject, type JsonSchema, type JsonValue } from "@lintel/specs";
import {
  type Arbitrary,
  array,
  boolean,
  constant,
  constantFrom,
  double,
  integer,
  oneof,
  option,
  record,
  string,
} from "fast-check";
import { boundsOf, numberNear, propertiesOf, requiredOf, simplestValue } from "./simplest-value.ts";

/** Days and instants near the clock, so that ranges meet. */
const firstDay = Date.UTC(2026, 0, 1);
const day = 24 * 60 * 60 * 1000;

const days = integer({ min: 0, max: 30 }).map((count) => new Date(firstDay + count * day).toISOString().slice(0, 10));
const instants = integer({ min: 0, max: 60 }).map((hours) => new Date(firstDay + hours * 3_600_000).toISOString());

const formats: Readonly<Record<string, Arbitrary<string>>> = {
  uuid: integer({ min: 0, max: 3 }).map((n) => `00000000-0000-4000-8000-00000000000${String(n)}`),
  date: oneof(
    { weight: 9, arbitrary: days },
    { weight: 1, arbitrary: constantFrom("0001-01-01", "9999-12-31", "2024-02-29") },
  ),
  "date-time": instants,
  email: constantFrom("a@example.com", "b@example.com"),
  uri: constantFrom("https://example.com/", "https://example.com/a?b=c"),
  decimal: constantFrom("0", "1", "-1", "0.01", "99999999.99"),
  duration: constantFrom("0s", "1s", "90m", "7d"),
};

/** Values that a schema takes, edge values among them; now and then ones that it does not. */
export function drawValue(schema: JsonValue | undefined): Arbitrary<JsonValue> {
  return oneof(
    { weight: 40, arbitrary: sound(schema) },
    { weight: 1, arbitrary: constantFrom<JsonValue>(null, "", -1, [], {}) },
  );
}

function sound(schema: JsonValue | undefined): Arbitrary<JsonValue> {
  if (!isJsonObject(schema)) return constantFrom<JsonValue>({}, 1, "a", null);
  if (schema["const"] !== undefined) return constant(schema["const"]);
  if (Array.isArray(schema["enum"])) return constantFrom(...(schema["enum"] as readonly JsonValue[]));
  const alternatives = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(alternatives)) return oneof(...(alternatives as readonly JsonValue[]).map(sound));
  const types = [schema["type"] ?? "object"].flat() as readonly JsonValue[];
  return oneof(...types.map((type) => typed(type as string, schema)));
}

function typed(type: string, schema: JsonSchema): Arbitrary<JsonValue> {
  switch (type) {
    case "string":
      return drawText(schema);
    case "integer":
      return drawInteger(schema);
    case "number":
      return oneof(
        drawInteger(schema),
        double({ noNaN: true, min: numberNear(schema, -1e9), max: numberNear(schema, 1e9) }),
      );
    case "boolean":
      return boolean();
    case "null":
      return constant(null);
    case "array":
      return array(sound(schema["items"]), {
        minLength: Number(schema["minItems"] ?? 0),
        maxLength: Math.min(3, Number(schema["maxItems"] ?? 3)),
      });
    default:
      return drawObject(schema, (_, property) => drawValue(property));
  }
}

function drawInteger(schema: JsonSchema): Arbitrary<JsonValue> {
  const [least, most] = boundsOf(schema);
  const near = integer({ min: Math.trunc(numberNear(schema, 0)), max: Math.trunc(numberNear(schema, 10)) });
  return oneof({ weight: 8, arbitrary: near }, { weight: 1, arbitrary: constantFrom(least, most) });
}

/** What a pattern takes cannot be drawn without search; its schema's author gives examples, or the plainest text is tried. */
function drawText(schema: JsonSchema): Arbitrary<JsonValue> {
  const format = schema["format"];
  const known = typeof format === "string" ? formats[format] : undefined;
  if (known !== undefined) return known;
  if (Array.isArray(schema["examples"])) return constantFrom(...(schema["examples"] as readonly JsonValue[]));
  const least = Number(schema["minLength"] ?? 0);
  const most = Number(schema["maxLength"] ?? 20);
  const short = string({ minLength: least, maxLength: Math.max(least, Math.min(most, 8)), unit: "grapheme-ascii" });
  const edges = [
    simplestValue(schema),
    "x".repeat(Math.min(most, 2000)),
    "ä".repeat(Math.max(1, least)).slice(0, most),
  ];
  return oneof(
    { weight: 6, arbitrary: constantFrom("a", "b", "c").map((text) => text.padEnd(least, "x").slice(0, most)) },
    { weight: 2, arbitrary: short },
    { weight: 1, arbitrary: constantFrom(...edges) },
  );
}

/** Objects with what is required, and the rest now and then. */
export function drawObject(
  schema: JsonSchema,
  draw: (name: string, property: JsonValue) => Arbitrary<JsonValue>,
): Arbitrary<JsonValue> {
  const required = requiredOf(schema);
  const parts = Object.entries(propertiesOf(schema)).map(([name, property]) => {
    const value = draw(name, property);
    return [name, required.includes(name) ? value : option(value, { freq: 2, nil: undefined })] as const;
  });
  return record(Object.fromEntries(parts)).map((drawn) =>
    Object.fromEntries(Object.entries(drawn).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
  );
}
