import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type FoundWorkspaces, findWorkspaces } from "../../cli/find-workspaces.ts";
import { lintel, type Run, redTool, specsIn, temporaryFolder } from "./run-lintel.ts";

const temporary = temporaryFolder();

function repository(name: string): string {
  const folder = join(temporary, name);
  mkdirSync(folder);
  return folder;
}

function workspaceIn(...path: readonly string[]): string {
  const folder = join(...path);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "workspace.yaml"), "");
  return folder;
}

async function below(folder: string): Promise<FoundWorkspaces["workspaces"]> {
  return (await findWorkspaces(folder)).workspaces.map((each) => each.slice(folder.length + 1));
}

describe("looking for workspaces", () => {
  it("follows links, names a workspace once, and does not go round in circles", async () => {
    const folder = repository("links");
    workspaceIn(folder, "shop");
    workspaceIn(temporary, "elsewhere", "deep");
    symlinkSync(join(temporary, "elsewhere"), join(folder, "linked"));
    symlinkSync("shop", join(folder, "again"));
    symlinkSync("..", join(folder, "shop", "up"));
    mkdirSync(join(folder, "loop"));
    symlinkSync("..", join(folder, "loop", "up"));
    symlinkSync("nowhere", join(folder, "dangling"));
    symlinkSync("round", join(folder, "round"));
    expect(await below(folder)).toEqual(["shop", "linked/deep"]);
    expect((await findWorkspaces(folder)).unreadable).toEqual([]);
  });

  it("finds below a link what the same folder, met deeper, would not have shown", async () => {
    const folder = repository("depths");
    mkdirSync(join(folder, "a/b"), { recursive: true });
    workspaceIn(folder, "c", "d", "shop");
    symlinkSync("../../c", join(folder, "a/b/link"));
    expect(await below(folder)).toEqual(["c/d/shop"]);
  });

  it("judges what a link leads to", async () => {
    const folder = repository("red-link");
    specsIn(folder, "green");
    symlinkSync(specsIn(temporary, "red-specs", { "tools/own.yaml": redTool }), join(folder, "red"));
    const { code, out } = await lintel(["check", folder]);
    expect(code).toBe(20);
    expect(out).toContain("raw-write");
  });
});

/** Runs the command without the right to read everything, which the tests have where root runs them. */
async function withoutRights(...args: readonly string[]): Promise<Run> {
  // What a command imports is read before.
  await lintel(args);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return await lintel(args);
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe("a folder that cannot be read", () => {
  const folder = join(temporary, "locked-repository");
  const locked = join(folder, "locked");
  mkdirSync(folder);
  specsIn(folder, "green");
  mkdirSync(locked);
  chmodSync(temporary, 0o755);
  chmodSync(locked, 0);
  afterAll(() => {
    chmodSync(locked, 0o755);
  });

  it("is named with exit code 2 beside the verdict on the others", async () => {
    const { code, error } = await withoutRights("check", folder);
    expect(error).toContain(`lintel: ${locked} cannot be read (EACCES), so a workspace in it would go unseen`);
    expect(code).toBe(2);
  });

  it.each(["check", "bundle", "docs"])("is no empty one for lintel %s", async (command) => {
    const { code, error } = await withoutRights(command, locked);
    expect(error).toContain(`${locked} cannot be read (EACCES)`);
    expect(error).not.toContain("holds no specs");
    expect(code).toBe(2);
  });
});

describe("a folder without specs", () => {
  const commands = [
    ["check"],
    ["bundle"],
    ["fix"],
    ["docs"],
    ["test"],
    ["export", "-o", join(temporary, "exported")],
    ["ack", "tool", "rule", "--reason", "r", "--by", "b", "--expires", "2026-12-31", "--folder"],
  ];

  it.each(commands)("gets the same answer and exit code 3 from lintel %s", async (...args) => {
    const empty = join(temporary, "empty");
    mkdirSync(empty, { recursive: true });
    expect(await lintel([...args, empty])).toEqual({
      code: 3,
      out: "",
      error: `lintel: ${empty} holds no specs; a workspace.yaml stands at their top (lintel init ${empty} writes one)\n`,
    });
    const { code, error } = await lintel([...args, join(temporary, "gone")]);
    expect({ code, error }).toEqual({ code: 3, error: `lintel: there is no folder ${join(temporary, "gone")}\n` });
  });
});
