import { expect, test } from "vitest";
import { schemaCompiler } from "../../executor/boot/compile-schema.ts";

test("each pattern of a schema, and of a bundle's other schemas, holds for its own property", () => {
  const compile = schemaCompiler();
  const text = (pattern: string) => ({ type: "string", pattern });
  const one = compile({ type: "object", properties: { a: text("^a$"), b: text("^b$") } });
  const other = compile({ type: "object", properties: { c: text("^c$") } });
  expect(one({ a: "a", b: "b" })).toEqual([]);
  expect(one({ a: "b", b: "a" }).map(({ pointer }) => pointer)).toEqual(["/a", "/b"]);
  expect(other({ c: "c" })).toEqual([]);
  expect(other({ c: "a" })).toHaveLength(1);
});
