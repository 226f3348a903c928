import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { diagnosticCatalogue } from "../../../specs/diagnostic-codes.ts";
import { expressionCodes } from "../../../specs/index.ts";

const folder = join(import.meta.dirname, "../../../specs/expressions");

describe("the catalogue of expression problems", () => {
  it("has no code that nothing reports", () => {
    const text = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && name !== "expression-codes.ts")
      .map((name) => readFileSync(join(folder, name), "utf8"))
      .join("\n");
    expect(Object.keys(expressionCodes).filter((code) => !text.includes(`"${code}"`))).toEqual([]);
  });

  it("shares no code with the other errors of specs", () => {
    expect(Object.keys(expressionCodes).filter((code) => Object.hasOwn(diagnosticCatalogue, code))).toEqual([]);
  });
});
