import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lintel, redTool, specsIn, temporaryFolder, yellowTool } from "./run-lintel.ts";

const temporary = temporaryFolder();
const elsewhere = temporaryFolder();
const green = specsIn(temporary, "green");
const yellow = specsIn(temporary, "yellow", { "tools/own.yaml": yellowTool });
const red = specsIn(temporary, "red", { "tools/own.yaml": redTool });
const broken = specsIn(temporary, "broken", { "tools/own.yaml": redTool.replace("statement", "statment") });
const all = [green, yellow, red, broken];

describe("--output", () => {
  it("writes the report to a file, making its folder, and one line to the terminal", async () => {
    const file = join(elsewhere, "reports/new/lintel.sarif");
    const { code, out } = await lintel(["check", red, "-f", "sarif", "-o", file]);
    expect(code).toBe(20);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ version: "2.1.0" });
    expect(out).toMatch(/^red: 1 red, 0 yellow, 6 tools, sha256:\w+\n$/);
    expect((await lintel(["check", green, "-f", "sarif", "-o", file, "-q"])).out).toBe("");
  });

  it("never colours a file", async () => {
    const file = join(elsewhere, "plain.txt");
    await lintel(["check", red, "-o", file], { isTerminal: true });
    expect(readFileSync(file, "utf8")).not.toContain("\u001b[");
  });

  it("names a file that cannot be written, and exits 2 whatever the verdict", async () => {
    mkdirSync(join(elsewhere, "folder"));
    const { code, error } = await lintel(["check", red, "-o", join(elsewhere, "folder")]);
    expect(code).toBe(2);
    expect(error).toMatch(/^lintel: .*folder cannot be written: EISDIR/);
  });
});

describe("the folders of lintel check", () => {
  it("are every workspace below a folder that holds none itself", async () => {
    const { workspaces } = JSON.parse((await lintel(["check", temporary, "--format", "json"])).out) as {
      workspaces: readonly { folder: string }[];
    };
    expect(workspaces.map(({ folder }) => folder)).toEqual([...all].sort());
  });

  it("are checked once each, and one that is not there fails the command without hiding the others", async () => {
    const { code, out, error } = await lintel(["check", green, `${green}/`, join(temporary, "nowhere")]);
    expect(code).toBe(3);
    expect(out.match(/green: 0 red/g)).toHaveLength(1);
    expect(error).toContain("there is no folder");
  });

  it("are not misled by a folder that is named like a part of the specs", async () => {
    const repository = join(elsewhere, "repository");
    mkdirSync(join(repository, "tools"), { recursive: true });
    writeFileSync(join(repository, "tools/build.sh"), "");
    expect((await lintel(["check", repository])).out).toContain("missing-workspace");
    specsIn(repository, "specs");
    expect(await lintel(["check", repository, "-q"])).toEqual({ code: 0, out: "", error: "" });
  });

  it("outweigh one another by what is worst: Red, then what does not compile, then Yellow", async () => {
    expect((await lintel(["check", broken, red, yellow])).code).toBe(20);
    expect((await lintel(["check", yellow, broken])).code).toBe(2);
    expect((await lintel(["check", green, yellow])).code).toBe(10);
  });
});
