import { parse } from "@bufbuild/cel";
import { expect, it } from "vitest";
import { convertTree } from "../../../specs/expressions/convert-tree.ts";
import { parsePath } from "../../../specs/expressions/parse-path.ts";

const paths = [
  "a",
  "input.id",
  "nodes.load.total",
  "_a._b.c1",
  "this.customer.subject",
  "matches",
  "int",
  "dyn.x",
  "a.iff",
];

it.each(paths)("reads the path %s as the grammar does", (source) => {
  expect(parsePath(source)).toEqual(convertTree(parse(source), source));
});

const others = [
  "true",
  "null",
  "a.in",
  "in",
  "package",
  "a b",
  "a.",
  ".a",
  "a..b",
  "a.1",
  "a()",
  "a[0]",
  "a + b",
  " a",
  "é",
  "",
];

it.each([...others, Array(40).fill("a").join(".")])("leaves %j to the grammar", (source) => {
  expect(parsePath(source)).toBeUndefined();
});
