import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { rulesPage } from "../../policypack/rules-page.ts";

describe("docs/rules.md", () => {
  it("is what policypack/write-rules-docs.ts writes from the rules as they are", async () => {
    expect(await readFile(new URL("../../docs/rules.md", import.meta.url), "utf8")).toBe(await rulesPage());
  });
});
