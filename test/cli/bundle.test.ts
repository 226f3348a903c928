import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Bundle, canonicalJson, openBundle } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { lintel, redTool, specsIn, temporaryFolder, yellowTool } from "./run-lintel.ts";

const temporary = temporaryFolder();
const green = specsIn(temporary, "green");

describe("lintel bundle", () => {
  it("prints what the executor opens, the same bytes each time", async () => {
    const { code, out } = await lintel(["bundle", green]);
    expect(code).toBe(0);
    const bundle = openBundle(JSON.parse(out));
    expect(`${canonicalJson(bundle)}\n`).toBe(out);
    expect((await lintel(["bundle", green])).out).toBe(out);
    const elsewhere = specsIn(temporary, "elsewhere");
    expect((await lintel(["bundle", elsewhere])).out).toBe(out);
  });

  it("writes it to a file, and prints the digest that lintel check prints", async () => {
    const file = join(temporary, "out/bundle.json");
    const { out } = await lintel(["bundle", green, "-o", file]);
    const { digest } = JSON.parse(readFileSync(file, "utf8")) as Bundle;
    expect(out).toBe(`${digest}\n`);
    expect((await lintel(["check", green])).out).toContain(digest);
  });

  it("applies an environment", async () => {
    const { out } = await lintel(["bundle", green, "--environment", "staging"]);
    expect(out).not.toBe((await lintel(["bundle", green])).out);
  });

  it("makes none of specs that are Red, not acknowledged or do not compile, and says why on standard error", async () => {
    const cases = {
      red: [20, redTool, "raw-write"],
      yellow: [10, yellowTool, "missing-retry"],
      broken: [2, redTool.replace("statement", "statment"), "unknown-key"],
    } as const;
    for (const [name, [wanted, tool, reason]] of Object.entries(cases)) {
      const folder = specsIn(temporary, name, { "tools/own.yaml": tool });
      const file = join(temporary, `${name}.json`);
      const { code, out, error } = await lintel(["bundle", folder, "-o", file]);
      expect([name, code, out, existsSync(file)]).toEqual([name, wanted, "", false]);
      expect(error).toContain(reason);
    }
  });

  it("writes through a link instead of replacing it", async () => {
    const [target, link] = [join(temporary, "target.json"), join(temporary, "link.json")];
    writeFileSync(target, "");
    symlinkSync(target, link);
    await lintel(["bundle", green, "-o", link]);
    expect(readFileSync(target, "utf8")).toMatch(/^\{/);
  });

  it("wants one workspace", async () => {
    const several = await lintel(["bundle", temporary]);
    expect([several.code, several.error]).toEqual([2, expect.stringContaining("name one:\n")]);
    expect((await lintel(["bundle", join(temporary, "out")])).code).toBe(3);
  });
});
