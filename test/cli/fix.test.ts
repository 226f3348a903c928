import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyEdits, type SpecText, type TextEdit } from "@lintel/specs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSpecFolder, writeSpecs } from "../../cli/fix/spec-folder.ts";
import { designFolder, toolWith } from "../specs/design-files.ts";
import { lintel } from "./run-lintel.ts";

const example = join(import.meta.dirname, "../../examples/reservations-red");
let temporary = "";

beforeAll(() => {
  temporary = realpathSync(mkdtempSync(join(tmpdir(), "lintel-fix-")));
});

afterAll(() => {
  rmSync(temporary, { recursive: true });
});

function copyOf(source: string, name: string): string {
  const folder = join(temporary, name);
  cpSync(source, folder, { recursive: true });
  return folder;
}

/** The design fixture with one tool of its own in place of what is Yellow there. */
function folderWith(name: string, text: string): string {
  const folder = copyOf(designFolder, name);
  for (const path of ["acknowledgements.yaml", "scenarios", "tools/confirm-reservation.yaml"])
    rmSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, "tools/own.yaml"), text);
  return folder;
}

function contents(folder: string): Readonly<Record<string, string>> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
  return Object.fromEntries(paths.sort().map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

const safeOnly = toolWith(
  "  - { id: call, type: http, provider: housekeeping, method: GET, url: /x, timeout: 1s }   # größer",
);

describe("lintel fix", () => {
  it("repairs every Red finding of examples/reservations-red that an edit can, and says why the others stay", async () => {
    const folder = copyOf(example, "red");
    const { code, out } = await lintel(["fix", folder, "--unsafe"]);
    const lines = out.split("\n");
    expect(lines.filter((line) => line.startsWith("fixed ")).map((line) => line.split(" ")[1])).toEqual([
      "external-call-in-transaction",
      "payment-without-compensation",
      "hard-delete",
      "write-outside-transaction",
      "unbounded-update",
      "cyclic-flow",
    ]);
    expect(lines.filter((line) => line.startsWith("left ")).map((line) => line.split(" ")[3])).toEqual([
      "raw-write",
      "payment-over-http",
    ]);
    expect(lines.at(-2)).toBe("6 fixes, 2 findings left");
    expect(code).toBe(20);
    const after = contents(folder);
    expect((await lintel(["fix", folder, "--unsafe"])).out).toMatch(/\n0 fixes, 2 findings left\n$/);
    expect(contents(folder)).toEqual(after);
  });

  it("does only what is safe unless told otherwise, and offers the rest", async () => {
    const folder = copyOf(example, "red-safe");
    const { out, code } = await lintel(["fix", folder]);
    expect(out.match(/^fixed .*/gm)).toEqual([
      'fixed write-outside-transaction rename-room/room: "room" runs in the transaction "save"',
    ]);
    expect(out).toMatch(/1 fix, 7 findings left; --unsafe would fix 5 more\n$/);
    expect(code).toBe(20);
  });

  it("exits 0 when nothing is left, and changes the one place only", async () => {
    const folder = folderWith("safe", safeOnly);
    const { code, out } = await lintel(["fix", folder]);
    expect(out).toMatch(/^fixed missing-retry own-tool\/call: .*\n1 fix, 0 findings left\n$/s);
    expect(code).toBe(0);
    expect(readFileSync(join(folder, "tools/own.yaml"), "utf8")).toBe(
      safeOnly.replace("timeout: 1s }", "timeout: 1s, retry: { maxAttempts: 3, backoff: exponential } }"),
    );
  });

  it("prints a unified diff and writes nothing in a dry run", async () => {
    const folder = folderWith("dry", safeOnly);
    const before = contents(folder);
    const { code, out } = await lintel(["fix", folder, "--dry-run"]);
    expect(out).toContain("--- a/tools/own.yaml\n+++ b/tools/own.yaml\n@@ ");
    expect(out).toContain("\nwould fix missing-retry own-tool/call: ");
    expect(code).toBe(0);
    expect(contents(folder)).toEqual(before);
  });

  it("prints edits that an editor can apply", async () => {
    const folder = folderWith("json", safeOnly);
    const { out } = await lintel(["fix", folder, "--dry-run", "--format", "json"]);
    const report = JSON.parse(out) as { edits: readonly TextEdit[]; applied: readonly object[] };
    expect(report).toMatchObject({
      version: 1,
      dryRun: true,
      left: [],
      errors: [],
      applied: [{ rule: "missing-retry", safety: "safe" }],
    });
    const files: readonly SpecText[] = [{ path: "tools/own.yaml", text: safeOnly }];
    expect(applyEdits(files, report.edits)[0]?.text).toContain(
      "retry: { maxAttempts: 3, backoff: exponential } }   # größer",
    );
  });

  it("keeps a byte order mark, line ends and the file's mode, and leaves nothing beside it", async () => {
    const folder = folderWith("bytes", "");
    const path = join(folder, "tools/own.yaml");
    writeFileSync(path, `\uFEFF${safeOnly.replaceAll("\n", "\r\n")}`);
    chmodSync(path, 0o640);
    const before = readdirSync(join(folder, "tools"));
    expect((await lintel(["fix", folder])).code).toBe(0);
    const after = readFileSync(path, "utf8");
    expect(after.startsWith("\uFEFFapiVersion")).toBe(true);
    expect(after.replaceAll("\r\n", "")).not.toContain("\n");
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(join(folder, "tools"))).toEqual(before);
  });

  it("writes through a link instead of replacing it", async () => {
    const folder = folderWith("link", safeOnly);
    const target = join(folder, "tools/.own.yaml");
    cpSync(join(folder, "tools/own.yaml"), target);
    rmSync(join(folder, "tools/own.yaml"));
    symlinkSync(".own.yaml", join(folder, "tools/own.yaml"));
    expect((await lintel(["fix", folder])).code).toBe(0);
    expect(readFileSync(target, "utf8")).toContain("maxAttempts: 3");
  });

  it("refuses what is no spec folder, and specs that do not compile", async () => {
    expect(await lintel(["fix", join(temporary, "nowhere")])).toMatchObject({ code: 3 });
    const broken = await lintel(["fix", folderWith("broken", toolWith("  - { id: a, type: nonsense }"))]);
    expect(broken.code).toBe(2);
    expect(broken.out).toMatch(/tools\/own\.yaml:\d+:\d+ error .*\n1 error: the specs have to compile first\n$/s);
  });

  it("says of an unknown rule or tool that there is none", async () => {
    const folder = folderWith("unknown", safeOnly);
    expect(await lintel(["fix", folder, "--rule", "missing-retri"])).toMatchObject({
      code: 2,
      error: expect.stringContaining('no rule "missing-retri"') as string,
    });
    expect(await lintel(["fix", folder, "--tool", "own"])).toMatchObject({
      code: 2,
      error: expect.stringContaining('no tool "own"') as string,
    });
  });
});

describe("writing specs", () => {
  it("refuses when a file was changed meanwhile, and then writes none", async () => {
    const folder = folderWith("raced", safeOnly);
    const opened = await openSpecFolder(folder);
    const changed = opened.files.map((file) => ({ ...file, text: `${file.text}# fixed\n` }));
    writeFileSync(join(folder, "tools/own.yaml"), `${safeOnly}# by somebody else\n`);
    const before = contents(folder);
    await expect(writeSpecs(opened, changed)).rejects.toThrow(
      "tools/own.yaml was changed meanwhile; nothing is written",
    );
    expect(contents(folder)).toEqual(before);
  });
});
