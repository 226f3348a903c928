import { compileFiles } from "@lintel/specs";
import { expect, it } from "vitest";

function problems(text: string): readonly string[] {
  const { diagnostics } = compileFiles([{ path: "tools/t.yaml", text }]);
  return diagnostics
    .filter(({ code }) => code.includes("alias"))
    .map(({ line, column, code }) => `${String(line)}:${String(column)} ${code}`);
}

it("ends on very many aliases, and says at which of them", () => {
  expect(problems(`x: &x 1\nl: [${"*x,".repeat(60_000)}]`)).toEqual(["2:30005 too-many-aliases"]);
});

it.each([
  ["a: &a [*a]", ["1:8 bad-alias"]],
  ["a: *nope", ["1:4 bad-alias"]],
  ["a: *x\nb: &x 1", ["1:4 bad-alias"]],
  ["a: &x 1\nb: *x\nc: &x 2\nd: *x", []],
  ["&k a: 1\nb: *k", []],
])("resolves the aliases of %j to the anchors before them", (text, expected) => {
  expect(problems(text)).toEqual(expected);
});
