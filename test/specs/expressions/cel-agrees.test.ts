import { type CelInput, type CelValue, isCelError, isCelList, run } from "@bufbuild/cel";
import { type Message, toJson } from "@bufbuild/protobuf";
import { isReflectMessage } from "@bufbuild/protobuf/reflect";
import { DurationSchema, TimestampSchema, timestampFromDate } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileExpression, EvaluationError, type JsonObject, type JsonValue, newFuel } from "../../../specs/index.ts";
import { celExpression, celInput, celScope } from "./cel-expressions.ts";

/** More with LINTEL_LONG, for a night's run. */
const runs = process.env.LINTEL_LONG === undefined ? 1500 : 100_000;

/** Where an error on one side may be absorbed by the other, which CEL does and the language does not. */
const absorbing = /&&|\|\||\.(?:all|exists)\(/;

describe("a Value expression and the same expression in CEL", () => {
  it("have one value, or both have none", () => {
    const seen = { values: 0, errors: 0 };
    fc.assert(
      fc.property(celExpression, celInput, (source, input) => {
        const [ours, theirs] = [valueOf(source, input), celValueOf(source, input)];
        if (ours === undefined && absorbing.test(source)) return;
        expect(ours).toEqual(theirs);
        seen[ours === undefined ? "errors" : "values"] += 1;
      }),
      { numRuns: runs },
    );
    expect(seen.values).toBeGreaterThan(runs / 2);
    expect(seen.errors).toBeGreaterThan(0);
  });
});

function valueOf(source: string, input: JsonObject): JsonValue | undefined {
  const evaluate = compileExpression(source, celScope);
  try {
    return evaluate(input, newFuel());
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

function celValueOf(source: string, input: JsonObject): JsonValue | undefined {
  const bindings = Object.fromEntries(Object.entries(input).map(([name, value]) => [name, celInputOf(name, value)]));
  const value = run(source, bindings);
  return isCelError(value) ? undefined : plain(value);
}

function celInputOf(name: string, value: JsonValue): CelInput {
  if (name === "at" && typeof value === "string") return timestampFromDate(new Date(value));
  if (Array.isArray(value)) return value.map((element) => celInputOf("", element as JsonValue));
  // Only x and y are floating point there.
  return typeof value === "number" && name !== "x" && name !== "y" ? BigInt(value) : value;
}

function plain(value: CelValue): JsonValue {
  if (typeof value === "bigint") return Number(value);
  if (isCelList(value)) return [...value].map(plain);
  if (isReflectMessage(value)) return messageText(value.message);
  return value as JsonValue;
}

function messageText(message: Message): string {
  const schema = message.$typeName === TimestampSchema.typeName ? TimestampSchema : DurationSchema;
  return toJson(schema, message as never);
}
