import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { rulePages } from "../../policypack/rule-pages.ts";
import { rulesPage } from "../../policypack/rules-page.ts";

describe("docs/rules.md", () => {
  it("is what policypack/write-rules-docs.ts writes from the rules as they are", async () => {
    expect(await readFile(new URL("../../docs/rules.md", import.meta.url), "utf8")).toBe(await rulesPage());
  });

  it("has its texts as data for the command too", async () => {
    const written = await readFile(new URL("../../policypack/rule-pages.json", import.meta.url), "utf8");
    expect(written).toBe(await rulePages());
  });
});
