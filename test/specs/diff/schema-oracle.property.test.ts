import { type Change, diffBundles, isJsonObject, type JsonSchema, type JsonValue } from "@lintel/specs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileBase } from "./base-specs.ts";
import { changed, schemas } from "./random-schemas.ts";
import { withSchemas } from "./with-schemas.ts";
import { witness } from "./witness.ts";

const base = compileBase();
/** `LINTEL_LONG_TESTS=1` runs the long form. */
const isLong = process.env["LINTEL_LONG_TESTS"] === "1";
const numRuns = isLong ? 1000 : 60;
const timeout = isLong ? 600_000 : 30_000;
const pairs = schemas.chain((schema) => fc.tuple(fc.constant(schema), changed(schema)));

/** The changes of the schemas themselves. */
function changesOf(part: "input" | "output", before: JsonSchema, after: JsonSchema): readonly Change[] {
  const { changes } = diffBundles(withSchemas(base, part, before), withSchemas(base, part, after));
  return changes.filter(({ rule }) => /^(request|response)-/u.test(rule));
}

/** With what the executor does to answers: what is not named never leaves; and what clients do: they pass over the unknown. */
function answers(schema: JsonSchema, isOpen: boolean): JsonSchema {
  const { additionalProperties: _, properties, items, ...rest } = schema;
  const inner = (part: JsonValue): JsonValue => (isJsonObject(part) ? answers(part, isOpen) : part);
  return {
    ...rest,
    ...(items === undefined ? {} : { items: inner(items) }),
    ...(isJsonObject(properties)
      ? { properties: Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, inner(part)])) }
      : {}),
    ...(properties === undefined || isOpen ? {} : { additionalProperties: false }),
  };
}

function expectAgreement(changes: readonly Change[], found: JsonValue | undefined): void {
  const levels = changes.map(({ level }) => level);
  if (found !== undefined)
    expect(
      levels.some((level) => level !== "info"),
      `missed ${JSON.stringify(found)}`,
    ).toBe(true);
  if (levels.includes("breaking")) expect(found, JSON.stringify(changes)).toBeDefined();
}

describe("breaking changes of schemas, held against the validator", { timeout }, () => {
  it("an input breaks just where a value is accepted before and refused after", () => {
    fc.assert(
      fc.property(pairs, ([before, after]) => {
        expectAgreement(changesOf("input", before, after), witness(before, after));
      }),
      { numRuns },
    );
  });

  it("an output breaks just where a value can come after that could not before", () => {
    fc.assert(
      fc.property(pairs, ([before, after]) => {
        expectAgreement(changesOf("output", before, after), witness(answers(after, false), answers(before, true)));
      }),
      { numRuns },
    );
  });

  it("nothing is different between a schema and itself, in whatever order its keys stand", () => {
    fc.assert(
      fc.property(schemas, (schema) => {
        const reversed = JSON.parse(JSON.stringify(schema)) as JsonSchema;
        const turned = Object.fromEntries(Object.entries(reversed).reverse());
        expect(changesOf("input", schema, turned)).toEqual([]);
        expect(changesOf("output", schema, turned)).toEqual([]);
      }),
      { numRuns },
    );
  });

  it("a new optional property breaks nothing", () => {
    fc.assert(
      fc.property(schemas, schemas, (schema, added) => {
        const properties = { ...(schema["properties"] as JsonSchema), added };
        for (const part of ["input", "output"] as const) {
          const levels = changesOf(part, schema, { ...schema, properties }).map(({ level }) => level);
          expect(levels).not.toContain("breaking");
        }
      }),
      { numRuns },
    );
  });
});
