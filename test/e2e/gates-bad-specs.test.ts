import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { cloudInventory } from "./cloud-inventory.ts";
import { openRootStack } from "./gates-stack.ts";
import type { Run, Stack } from "./stack-harness.ts";
import { specFiles } from "./workspace-fixture.ts";

const tool = "specs/tools/write-note.yaml";
const entity = "specs/entities/note.yaml";

/** What is wrong, where it is written, how, and what must be said of it. */
interface BadSpec {
  readonly what: string;
  readonly path: string;
  /** The text that is replaced, and by what. */
  readonly edit: readonly [string, string];
  /** The place is that of the edit, so the line is not counted here. */
  readonly says: string;
}

const badSpecs: readonly BadSpec[] = [
  {
    what: "malformed YAML",
    path: entity,
    edit: ["kind: Entity", "kind: Entity: Note"],
    says: "malformed-yaml: malformed YAML",
  },
  {
    what: "a duplicate key",
    path: tool,
    edit: ["authorize: { roles: [writer] }", "name: write-note"],
    says: 'duplicate-key: the key "name" stands twice',
  },
  {
    what: "an unknown key",
    path: tool,
    edit: ["authorize:", "authorise:"],
    says: 'unknown-key: unknown key "authorise"',
  },
  {
    what: "a reference to an entity that is not there",
    path: tool,
    edit: ["entity: Note,", "entity: Nota,"],
    says: 'unknown-entity: .*"Nota"',
  },
  {
    what: "a reference to a field that is not there",
    path: tool,
    edit: [`{ id: "\${nodes.note.id}" }`, `{ id: "\${nodes.note.key}" }`],
    says: "no-such-field: .*key",
  },
  {
    what: "a misspelt role",
    path: tool,
    edit: ["roles: [writer]", "roles: [wirter]"],
    says: 'unknown-role: workspace.yaml declares no role "wirter"\\n .*writer',
  },
];

let stack: Stack;

beforeAll(async () => {
  stack = await openRootStack("specs");
});

afterAll(() => stack.close());

afterEach(async () => {
  for (const path of Object.keys(specFiles)) stack.remove(path);
  expect((await stack.state()).map(({ type }) => type).filter((type) => type !== "pulumi:pulumi:Stack")).toEqual([]);
  expect(await cloudInventory(stack.emulator)).toEqual([]);
});

function textOf(path: string): string {
  return specFiles[path] ?? "";
}

function expectRefused(run: Run, place: string, says: string): void {
  expect(run.code).not.toBe(0);
  expect(run.output).toMatch(new RegExp(`${place}:\\d+ ${says}`));
  expect(run.output).toContain("nothing is deployed");
  expect(run.output).not.toMatch(/lintel:index:|gcp:|at .*\.[jt]s:\d+/);
}

describe("specs that do not compile, deployed by the repository's own program", () => {
  it.each(badSpecs)("$what: a preview names file and line, and nothing is registered", async ({ path, edit, says }) => {
    const [from, to] = edit;
    stack.write({ ...specFiles, [path]: textOf(path).replace(from, to) });
    const line = textOf(path).split(from)[0]?.split("\n").length ?? 0;
    expectRefused(await stack.preview(), `${path}:${line}`, says);
  });

  it("a file of 5 MB: a preview names it, its size and the limit", async () => {
    stack.write({ ...specFiles, [tool]: `${textOf(tool)}# ${"x".repeat(5 * 1024 * 1024)}\n` });
    expectRefused(await stack.preview(), `${tool}:1`, "file-too-large: this file has 5\\.0 MiB; a spec file has 1 MiB");
  });

  it("a symlink out of the folder: a preview names it, and what it leads to is not read", async () => {
    stack.write(specFiles);
    const [outside, link] = [join(stack.folder, "outside.yaml"), join(stack.folder, tool)];
    writeFileSync(outside, "secret: [of another");
    stack.remove(tool);
    symlinkSync(outside, link);
    const run = await stack.preview();
    expectRefused(run, `${tool}:1`, "outside-folder: tools/write-note.yaml leads out of the spec folder");
    expect(run.output).not.toContain("of another");
  });

  it("several at once, in an up that skips its preview: each is named at its place", async () => {
    const several = badSpecs.filter(({ path }) => path === tool);
    stack.write(specFiles);
    for (const [index, { edit }] of several.entries()) {
      const copy = textOf(tool).replace("write-note", `write-note-${index}`).replace("/notes", `/notes-${index}`);
      stack.write({ [copyOf(index)]: copy.replace(...edit) });
    }
    const run = await stack.up(["--skip-preview"]);
    for (const index of several.keys()) stack.remove(copyOf(index));
    for (const [index, { says }] of several.entries()) expectRefused(run, `${copyOf(index)}:\\d+`, says);
  });
});

function copyOf(index: number): string {
  return tool.replace(".yaml", `-${index}.yaml`);
}
