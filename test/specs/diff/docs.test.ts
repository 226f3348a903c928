import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DiffRule, diffRules } from "@lintel/specs";
import { describe, expect, it } from "vitest";

const page = join(import.meta.dirname, "../../../docs/diff-rules.md");

const levels = ["breaking", "warning", "info"] as const;

const meanings: Readonly<Record<DiffRule["level"], string>> = {
  breaking: "What works today stops working. `lintel diff` ends with 30.",
  warning: "It may, or someone should know. `lintel diff --fail-on warning` ends with 30.",
  info: "For the record.",
};

function section(level: DiffRule["level"]): string {
  const rules = Object.entries<DiffRule>(diffRules).filter(([, rule]) => rule.level === level);
  const isBreaking = level === "breaking";
  const rows = rules.map(([id, { title, why, instead }]) =>
    [`| \`${id}\``, title, why, ...(isBreaking ? [instead ?? ""] : [])].join(" | ").concat(" |"),
  );
  const head = isBreaking
    ? "| rule | found where | why | instead |\n|---|---|---|---|"
    : "| rule | found where | why |\n|---|---|---|";
  return `## ${level}\n\n${meanings[level]}\n\n${head}\n${rows.join("\n")}\n`;
}

const text = `# What \`lintel diff\` finds

<!-- Written from specs/diff/rules: LINTEL_UPDATE_DOCS=1 npx vitest run --project unit test/specs/diff/docs -->

    lintel diff specs --against origin/main
    lintel diff OLD NEW [--format text|json|markdown] [--fail-on breaking|warning|none] [--notice DAYS] [--quiet]

A side is a folder, a bundle file, or \`git:REV:PATH\`. Inputs and outputs are compared in opposite directions: who narrows what may
be sent, or widens what may come back, breaks callers. What cannot be decided (two patterns, conditions that were put another
way) counts as breaking. Properties that an output does not name never leave the executor, and clients pass over those that they do not
know. A required property with a default breaks nothing: the executor fills it in, though not inside \`anyOf\` and \`oneOf\`. Each rule
has a pair of specs in
\`test/specs/diff/rule-pairs.ts\`.

\`deprecated\` and \`sunset\` count: a tool may go after its sunset date, and not before, and a date that was given is not brought forward. The first
date is to be \`--notice\` days ahead, 30 unless told. A tool is compared with the one that its callers find: by name at the same route, else
by route, else by name.

${levels.map(section).join("\n")}`;

describe("docs/diff-rules.md", () => {
  it("lists every rule with its level, and no other", () => {
    if (process.env["LINTEL_UPDATE_DOCS"] === "1") writeFileSync(page, text);
    expect(existsSync(page) ? readFileSync(page, "utf8") : "").toBe(text);
  });

  it("says of every breaking rule what to do instead", () => {
    const silent = Object.entries<DiffRule>(diffRules).filter(
      ([, { level, instead }]) => level === "breaking" && !instead,
    );
    expect(silent).toEqual([]);
  });
});
