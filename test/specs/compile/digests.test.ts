import { compileFiles } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { parseFile } from "../../../specs/load/parse-file.ts";
import { compileDesign, compiled, designFiles } from "../design-files.ts";

const digest = compiled(compileDesign()).bundle.digest;

describe("a bundle's digest", () => {
  it("is the same whatever the order of the files", () => {
    expect(compiled(compileFiles([...designFiles()].reverse())).bundle.digest).toBe(digest);
  });

  it("is the same when every file is JSON instead of YAML, with its keys in reverse order", () => {
    const files = designFiles().map(({ path, text }) => ({
      path: path.replace(".yaml", ".json"),
      text: JSON.stringify(reversed(parsed(path, text)), null, 2),
    }));
    expect(compiled(compileFiles(files)).bundle.digest).toBe(digest);
  });

  it("is the same with Windows line ends, a byte order mark and other white space", () => {
    const files = designFiles().map(({ path, text }) => ({
      path,
      text: `\uFEFF\n${text.replaceAll("\n", "\r\n")}\r\n`,
    }));
    expect(compiled(compileFiles(files)).bundle.digest).toBe(digest);
  });

  it("does not change with a comment, an acknowledgement or a scenario", () => {
    const changes = {
      "tools/confirm-reservation.yaml": [["kind: Tool", "kind: Tool   # another comment"]],
      "acknowledgements.yaml": null,
      "scenarios/confirm.yaml": null,
    } as const;
    expect(compiled(compileDesign(changes)).bundle.digest).toBe(digest);
  });

  it("changes with a tool, and only that tool's slice does", () => {
    const before = compiled(compileDesign()).bundle;
    const after = compiled(
      compileDesign({ "tools/confirm-reservation.yaml": [["timeout: 10s", "timeout: 11s"]] }),
    ).bundle;
    expect(after.digest).not.toBe(digest);
    const changed = Object.keys(after.slices).filter((name) => after.slices[name] !== before.slices[name]);
    expect(changed).toEqual(["confirm-reservation"]);
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

function parsed(file: string, text: string): unknown {
  return parseFile({ file, text }, []).value;
}
