import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { catalogue } from "../../executor/index.ts";

const text = readFileSync(join(import.meta.dirname, "..", "..", "docs", "errors.md"), "utf8");
const section = /<!-- http-problems -->\n([\s\S]*?)<!-- \/http-problems -->/u.exec(text)?.[1] ?? "";

test("docs/errors.md lists every HTTP problem of the catalogue as the code has it, and no other", () => {
  const rows = Object.entries(catalogue).map(
    ([code, { status, message, hint }]) => `| \`${code}\` | ${String(status)} | ${message} | ${hint} |`,
  );
  expect(section.split("\n").filter((line) => line.startsWith("| `"))).toEqual(rows);
});

test("every problem has a client's or a server's status and a sentence of what to do", () => {
  for (const [code, { status, hint }] of Object.entries(catalogue)) {
    expect(status, code).toBeGreaterThanOrEqual(400);
    expect(status, code).toBeLessThan(600);
    expect(hint, code).toMatch(/^[A-Z].*\.$/u);
  }
});
