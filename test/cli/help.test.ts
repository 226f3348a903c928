import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "@lintel/cli";
import { describe, expect, it } from "vitest";
import manifest from "../../cli/package.json" with { type: "json" };
import { lintel } from "./run-lintel.ts";

const page = join(import.meta.dirname, "../../docs/cli.md");
const start =
  "<!-- commands: written from --help; LINTEL_UPDATE_DOCS=1 npx vitest run --project unit test/cli/help -->";
const end = "<!-- /commands -->";

async function commandNames(): Promise<readonly string[]> {
  const { out } = await lintel(["complete", "--", ""]);
  const names = out.split("\n").map((line) => line.split("\t")[0] ?? "");
  return names.filter((name) => name !== "" && name !== "help");
}

async function section(): Promise<string> {
  const parts = (await commandNames()).map(async (name) => {
    const { out } = await lintel([name, "--help"]);
    return `### lintel ${name}\n\n\`\`\`text\n${out.trim()}\n\`\`\``;
  });
  return `${start}\n\n${(await Promise.all(parts)).join("\n\n")}\n\n${end}`;
}

describe("lintel --help", () => {
  it("names every command, with examples, and the exit codes", async () => {
    const { code, out } = await lintel(["--help"]);
    expect(code).toBe(0);
    for (const name of await commandNames()) expect(out).toMatch(new RegExp(`^ {2}${name} `, "m"));
    expect(out).toContain("Examples:");
    expect(out).toContain("70 lintel itself failed");
    expect(out).not.toMatch(/^ {2}complete /m);
  });

  it("shows examples of every command that run that command, without colour where it is no terminal", async () => {
    for (const name of await commandNames()) {
      const { code, out } = await lintel([name, "--help"]);
      expect([name, code]).toEqual([name, 0]);
      expect(out).toMatch(new RegExp(`^Examples:\\n {2}\\$ .*\\blintel ${name}\\b`, "m"));
      expect((await lintel(["help", name])).out).toBe(out);
    }
  });

  it("is what docs/cli.md holds; LINTEL_UPDATE_DOCS=1 writes it", async () => {
    const text = readFileSync(page, "utf8");
    const [before = ""] = text.split(start);
    const current = `${before}${await section()}\n`;
    if (process.env["LINTEL_UPDATE_DOCS"] === "1") writeFileSync(page, current);
    expect(readFileSync(page, "utf8")).toBe(current);
  });

  it("is no help where the usage is wrong: it says what is, and exits 2", async () => {
    const unknown = await lintel(["chekc"]);
    expect([unknown.code, unknown.out]).toEqual([2, ""]);
    expect(unknown.error).toContain("Did you mean check?");
    expect(await lintel(["help", "chekc"])).toEqual(unknown);
    const option = await lintel(["check", "--formt", "json"]);
    expect([option.code, option.error]).toEqual([2, expect.stringContaining("Did you mean --format?")]);
    expect((await lintel([])).code).toBe(exitCodes.usage);
  });
});

describe("lintel --version", () => {
  it("prints the package's version", async () => {
    expect(await lintel(["--version"])).toEqual({ code: 0, out: `${manifest.version}\n`, error: "" });
  });
});
