import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileFolder } from "@lintel/specs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { designFolder, problems } from "../design-files.ts";

let outside = "";
let folder = "";

beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), "lintel-specs-"));
  folder = join(outside, "specs");
  cpSync(designFolder, folder, { recursive: true });
});

afterEach(() => {
  rmSync(outside, { recursive: true });
});

async function found(): Promise<readonly string[]> {
  const result = await compileFolder(folder);
  expect(result.specs === undefined).toBe(result.diagnostics.length > 0);
  return problems(result);
}

describe("reading a spec folder", () => {
  it("refuses a file of 5 MB by its size, without parsing it", async () => {
    writeFileSync(join(folder, "tools/large.yaml"), `name: ${"x".repeat(5_000_000)}`);
    expect(await found()).toEqual(["tools/large.yaml:1:1 file-too-large"]);
    const [diagnostic] = (await compileFolder(folder)).diagnostics;
    expect(diagnostic?.message).toBe("this file has 4.8 MiB; a spec file has 1 MiB at most");
  });

  it("refuses a symlink that leads out of the folder, and does not read what is there", async () => {
    writeFileSync(join(outside, "secret.yaml"), "secret: 1");
    symlinkSync(join(outside, "secret.yaml"), join(folder, "tools/link.yaml"));
    mkdirSync(join(outside, "more"));
    symlinkSync(join(outside, "more"), join(folder, "tools/more"));
    expect(await found()).toEqual(["tools/link.yaml:1:1 outside-folder", "tools/more:1:1 outside-folder"]);
    expect(JSON.stringify(await compileFolder(folder))).not.toContain("secret:");
  });

  it("follows a symlink that stays inside", async () => {
    mkdirSync(join(folder, "shared"));
    writeFileSync(
      join(folder, "shared/label.yaml"),
      "apiVersion: lintel/v1\nkind: Entity\nname: Label\nfields: { id: { type: uuid } }\n",
    );
    symlinkSync(join(folder, "shared/label.yaml"), join(folder, "entities/label.yaml"));
    expect(await found()).toEqual([]);
  });

  it("names a dangling symlink, a folder in a file's place and a file in a folder's place", async () => {
    symlinkSync(join(outside, "nothing"), join(folder, "tools/gone.yaml"));
    mkdirSync(join(folder, "tools/folder.yaml"));
    rmSync(join(folder, "scenarios"), { recursive: true });
    writeFileSync(join(folder, "scenarios"), "");
    expect(await found()).toEqual(["scenarios:1:1 not-a-folder", "tools/gone.yaml:1:1 unreadable-file"]);
  });

  it("reads folders inside its own, four deep at most, and no folder as a file", async () => {
    mkdirSync(join(folder, "tools/a/b/c/d/e"), { recursive: true });
    rmSync(join(folder, "acknowledgements.yaml"));
    mkdirSync(join(folder, "acknowledgements.yaml"));
    expect(await found()).toEqual(["acknowledgements.yaml:1:1 not-a-file", "tools/a/b/c/d:1:1 folder-too-deep"]);
  });

  it("names files that look like specs and would not be read, and passes over notes and hidden files", async () => {
    writeFileSync(join(folder, "policies/deny.yaml.bak"), "x");
    writeFileSync(join(folder, "policies/README.md"), "x");
    writeFileSync(join(folder, "tools/.draft.yaml"), "x");
    writeFileSync(join(folder, "acknowledgments.yaml"), "x");
    mkdirSync(join(folder, "entites"));
    writeFileSync(join(folder, "Pulumi.yaml"), "x");
    expect(await found()).toEqual([
      "acknowledgments.yaml:1:1 misspelt-file",
      "entites:1:1 misspelt-file",
      "policies/deny.yaml.bak:1:1 unknown-extension",
    ]);
  });

  it("names the place of bytes that are not UTF-8", async () => {
    writeFileSync(
      join(folder, "tools/latin.yaml"),
      Buffer.concat([Buffer.from("kind: Tool\nname: caf"), Buffer.from([0xe9])]),
    );
    expect(await found()).toEqual(["tools/latin.yaml:2:10 bad-utf8"]);
  });

  it("takes .yml and .json, and refuses two workspace files", async () => {
    writeFileSync(join(folder, "workspace.json"), "{}");
    expect(await found()).toContain("workspace.yaml:2:1 duplicate-file");
  });

  it("says that a folder is not there instead of throwing", async () => {
    const { diagnostics } = await compileFolder(join(outside, "nowhere"));
    expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ["unreadable-folder", `the spec folder ${join(outside, "nowhere")} cannot be read: ENOENT`],
    ]);
  });
});
