import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { diagnosticCatalogue, expressionCodes } from "@lintel/specs";
import { describe, expect, it } from "vitest";

const page = join(import.meta.dirname, "../../../docs/errors.md");
const start = "<!-- spec-errors: written from specs/diagnostic-codes.ts and specs/expressions/expression-codes.ts -->";
const end = "<!-- /spec-errors -->";

interface Entry {
  readonly message: string;
  readonly hint?: string;
}

function table(catalogue: Readonly<Record<string, Entry>>): string {
  const rows = Object.entries(catalogue).map(
    ([code, { message, hint }]) => `| \`${code}\` | ${escaped(message)} | ${escaped(hint ?? "")} |`,
  );
  return ["| code | message | hint |", "|---|---|---|", ...rows].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

const section = `${start}

### Files, shape, names and references

${table(diagnosticCatalogue)}

### Expressions

${table(expressionCodes)}

${end}`;

/** `LINTEL_UPDATE_DOCS=1 npx vitest run test/specs/docs` writes the section. */
function update(): void {
  const text = existsSync(page) ? readFileSync(page, "utf8") : "# Errors\n";
  const [before = "", rest = ""] = text.split(start);
  const after = rest.split(end)[1] ?? "";
  const heading = text.includes(start)
    ? before
    : `${before.trimEnd()}

## Spec errors

What \`lintel check\`, \`pulumi preview\` and \`pulumi up\` say of spec files that do not compile; each with file, line, column and
the lines around it. They cannot be acknowledged. \`{…}\` stands for what the place fills in; where a name was probably
misspelt, the hint says what was meant.

`;
  writeFileSync(page, `${heading}${section}${after === "" ? "\n" : after}`);
}

describe("docs/errors.md", () => {
  it("lists every spec error with its message and hint, and no other", () => {
    if (process.env["LINTEL_UPDATE_DOCS"] === "1") update();
    const text = readFileSync(page, "utf8");
    expect(text.slice(text.indexOf(start), text.indexOf(end) + end.length)).toBe(section);
  });

  it("gives each code one meaning", () => {
    const both = Object.keys(diagnosticCatalogue).filter((code) => Object.hasOwn(expressionCodes, code));
    expect(both).toEqual([]);
  });
});
