import { execFile } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { lintel, temporaryFolder } from "./run-lintel.ts";

const temporary = temporaryFolder();
const main = join(import.meta.dirname, "../../cli/main.ts");

async function complete(...words: readonly string[]): Promise<readonly string[]> {
  const { out } = await lintel(["complete", "--", ...words]);
  return out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\t")[0] ?? "");
}

describe("lintel complete", () => {
  it("answers commands, options and values where each may stand", async () => {
    expect(await complete("che")).toEqual(["check"]);
    expect(await complete("")).toEqual(expect.arrayContaining(["init", "check", "explain", "help"]));
    expect(await complete("")).not.toContain("complete");
    expect(await complete("check", "--f")).toEqual(["--format"]);
    expect(await complete("check", "--format", "")).toEqual(["text", "json", "sarif", "junit", "github", "markdown"]);
    expect(await complete("check", "-f", "s")).toEqual(["sarif"]);
    expect(await complete("check", "--quiet", "--format=s")).toEqual(["--format=sarif"]);
    expect(await complete("check", "--format", "=", "s")).toEqual(["sarif"]);
    expect(await complete("check", "--format", "=")).toHaveLength(6);
    expect(await complete("completion", "")).toEqual(["bash", "zsh", "fish"]);
  });

  it("answers rules and codes, and tools of the folder", async () => {
    expect(await complete("explain", "raw-")).toEqual(["raw-write", "raw-read"]);
    expect(await complete("ack", "quote")).toEqual(["quote-stay"]);
    expect(await complete("ack", "quote-stay", "missing-r")).toEqual(["missing-retry"]);
  });

  it("leaves files to the shell", async () => {
    expect(await complete("check", "")).toEqual([]);
    expect(await complete("check", "--output", "")).toEqual([]);
    expect(await complete("check", "--output", "x", "")).toEqual([]);
    expect(await complete("nonsense", "--")).toEqual(["--version", "--help"]);
  });
});

describe("lintel completion", () => {
  it("completes in a real bash, and falls back to its files", async () => {
    const command = join(temporary, "lintel");
    writeFileSync(command, `#!/bin/sh\nexec ${process.execPath} ${main} "$@"\n`);
    chmodSync(command, 0o755);
    const script = `
      PATH=${temporary}:$PATH
      source <(lintel completion bash)
      source <(lintel completion bash)
      try() {
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
        _lintel
        echo "\${COMPREPLY[*]}"
      }
      try lintel expl
      try lintel check --format = ma
      try lintel explain raw-w
      try lintel check ''
      complete -p lintel
    `;
    const { stdout, stderr } = await promisify(execFile)("bash", ["--norc", "-c", script]);
    expect(stderr).toBe("");
    expect(stdout.trimEnd().split("\n")).toEqual([
      "explain",
      "markdown",
      "raw-write",
      "",
      "complete -o bashdefault -o default -F _lintel lintel",
    ]);
  });

  it("has a script for zsh and fish, and for no other shell", async () => {
    expect((await lintel(["completion", "zsh"])).out).toMatch(/^#compdef lintel\n/);
    expect((await lintel(["completion", "fish"])).out).toContain("complete -c lintel");
    expect((await lintel(["completion", "tcsh"])).code).toBe(2);
  });
});
