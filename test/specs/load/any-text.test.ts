import { type Compiled, compileFiles } from "@lintel/specs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { designFiles } from "../design-files.ts";

const files = designFiles();
const paths = files.map(({ path }) => path);

function withText(path: string, text: string): Compiled {
  return compileFiles(files.map((file) => (file.path === path ? { path, text } : file)));
}

/** Either it compiles, or it says what is wrong; a place is always inside the file. */
function expectVerdict({ specs, diagnostics }: Compiled): void {
  expect(specs === undefined).toBe(diagnostics.length > 0);
  for (const { line, column, message } of diagnostics) {
    expect(line).toBeGreaterThan(0);
    expect(column).toBeGreaterThan(0);
    expect(message).not.toContain("undefined");
  }
}

const yamlPiece = fc.constantFrom(
  "- ",
  "? ",
  ": ",
  "{",
  "}",
  "[",
  "]",
  ",",
  "&a ",
  "*a",
  "!x ",
  "!!map ",
  "|\n",
  ">-\n",
  "\n",
  "\n  ",
  "\n    ",
  "\t",
  "'",
  '"',
  "#",
  "%YAML 1.1\n",
  "---\n",
  "...\n",
  "<<: ",
  "name: ",
  "id: ",
  "type: ",
  "flow:",
  "fields:",
  "null",
  "true",
  "1e999",
  "0x10",
  ".nan",
  "${",
  "}",
  "\\u0000",
  "\uFEFF",
  "é",
  "\u{1F600}",
);

// A hundred compilations take seconds alone and much longer beside other work.
describe("no text makes the compiler throw", { timeout: 120_000 }, () => {
  it("when it is anything", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.array(yamlPiece, { maxLength: 40 }).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(fc.constantFrom(...paths), text, (path, any) => {
        expectVerdict(withText(path, any));
      }),
      { numRuns: 40 },
    );
  });

  it("when it is a spec of which a piece was cut, doubled or replaced", () => {
    const edit = fc.record({
      file: fc.constantFrom(...files),
      from: fc.nat(),
      length: fc.nat(30),
      by: fc.oneof(fc.constant(""), yamlPiece),
    });
    fc.assert(
      fc.property(edit, ({ file: { path, text }, from, length, by }) => {
        const at = from % text.length;
        expectVerdict(withText(path, text.slice(0, at) + by + text.slice(at + length)));
      }),
      { numRuns: 40 },
    );
  });

  it("when any value of a spec is replaced by any JSON", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("name", "fields", "flow", "trigger", "status", "providers", "input", "respond"),
        fc.jsonValue(),
        (key, value) => {
          const changed = files.map(({ path, text }) => ({
            path,
            text: text.replace(new RegExp(`^${key}:.*(\\n  .*)*`, "m"), () => `${key}: ${JSON.stringify(value)}`),
          }));
          expectVerdict(compileFiles(changed));
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each([
    ["brackets", "[".repeat(200_000)],
    ["block sequences", "- ".repeat(100_000)],
    ["indentation", Array.from({ length: 700 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")],
    [
      "aliases of aliases",
      `a: &a [1,1,1,1,1,1,1,1,1,1]\n${"bcdefghij"
        .split("")
        .map((name, index) => `${name}: &${name} [${`*${"abcdefghi"[index] ?? ""},`.repeat(10)}]`)
        .join("\n")}`,
    ],
  ])("when it nests %s to exhaustion", (_, text) => {
    expectVerdict(withText("tools/confirm-reservation.yaml", text));
  });
});
