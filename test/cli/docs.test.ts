import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "@lintel/cli";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const example = "examples/reservations";
let temporary = "";

beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), "lintel-docs-"));
});

afterAll(() => {
  rmSync(temporary, { recursive: true });
});

async function lintel(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly error: string }> {
  let [out, error] = ["", ""];
  const code = await runCommand(["docs", ...args], {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
    isTerminal: false,
    now: () => new Date("2026-06-01T12:00:00Z"),
  });
  return { code, out, error };
}

describe("lintel docs", () => {
  it("writes the document, the client and the pages, the same each time, with the risk of each tool", async () => {
    const [one, two] = [join(temporary, "one"), join(temporary, "two")];
    expect((await lintel(example, "-o", one)).code).toBe(0);
    expect((await lintel(example, "-o", two)).code).toBe(0);
    const files = readdirSync(one, { recursive: true, encoding: "utf8" }).filter((name) => name.includes("."));
    expect(files).toEqual(expect.arrayContaining(["openapi.json", "client.ts", "README.md", "entities/Room.md"]));
    for (const file of files) expect(readFileSync(join(one, file), "utf8")).toBe(readFileSync(join(two, file), "utf8"));
    expect(readFileSync(join(one, "openapi.json"), "utf8")).toContain('"x-lintel-risk": "green"');
    expect(readFileSync(join(one, "tools/check-out.md"), "utf8")).toContain("## Risk");
  });

  it("prints one file, and asks for a folder where there are several", async () => {
    const { code, out } = await lintel(example, "--openapi");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ openapi: "3.1.1", info: { title: "reservations" } });
    expect((await lintel(example, "--types")).out).toContain("export function createClient(");
    const several = await lintel(example, "--markdown");
    expect(several).toMatchObject({ code: 2, out: "" });
    expect(several.error).toContain("-o");
  });

  it("says what is missing, does not compile, or cannot be written to", async () => {
    expect((await lintel(join(temporary, "nowhere"))).code).toBe(3);
    const file = join(temporary, "file");
    writeFileSync(file, "");
    expect((await lintel(example, "--openapi", "-o", file)).error).toContain("cannot be written to");
    mkdirSync(join(temporary, "bad"));
    writeFileSync(join(temporary, "bad", "workspace.yaml"), "");
    const bad = await lintel(join(temporary, "bad"), "--openapi");
    expect(bad).toMatchObject({ code: 2, out: "" });
    expect(bad.error).toContain("does not compile");
  });
});
