import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { exitCodes, runCommand } from "@lintel/cli";
import { describe, expect, it } from "vitest";
import { hasColour, progressLine } from "../../cli/terminal.ts";
import { redTool, specsIn, temporaryFolder, yellowTool } from "./run-lintel.ts";

const main = join(import.meta.dirname, "../../cli/main.ts");
const temporary = temporaryFolder();

describe("the process", () => {
  it("keeps its exit code, and quiet, when its reader has seen enough", async () => {
    const red = specsIn(temporary, "red", { "tools/own.yaml": redTool });
    const script = `"$0" "$1" check "$2" --format sarif | true; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await promisify(execFile)("bash", ["-c", script, process.execPath, main, red]);
    expect({ stdout, stderr }).toEqual({ stdout: "20\n", stderr: "" });
  });

  it("says that its output could not be written, which is no failure of its own", async () => {
    const green = specsIn(temporary, "full");
    const script = `"$0" "$1" check "$2" > /dev/full; echo "$?"`;
    const { stdout, stderr } = await promisify(execFile)("bash", ["-c", script, process.execPath, main, green]);
    expect(stdout).toBe("2\n");
    expect(stderr).toMatch(/^lintel: standard output cannot be written: .*\n$/);
  });

  it("reports a failure of its own with its place and exit code 70, and no verdict", async () => {
    let [out, error] = ["", ""];
    const code = await runCommand(["check", specsIn(temporary, "green")], {
      out: (text) => (out += text),
      error: (text) => (error += text),
      isTerminal: false,
      now: () => {
        throw new Error("the clock is broken");
      },
    });
    expect({ code, out }).toEqual({ code: exitCodes.internal, out: "" });
    expect(error).toMatch(/^lintel: an internal failure, no verdict; .*\nError: the clock is broken\n {4}at /);
  });
});

describe("colour", () => {
  it("is for terminals, unless the environment says otherwise", () => {
    expect(hasColour({}, true)).toBe(true);
    expect(hasColour({}, false)).toBe(false);
    expect(hasColour({ NO_COLOR: "1" }, true)).toBe(false);
    expect(hasColour({ NO_COLOR: "" }, true)).toBe(true);
    expect(hasColour({ FORCE_COLOR: "1" }, false)).toBe(true);
    expect(hasColour({ FORCE_COLOR: "0" }, true)).toBe(false);
    expect(hasColour({ FORCE_COLOR: "1", NO_COLOR: "1" }, false)).toBe(true);
    expect(hasColour({ TERM: "dumb" }, true)).toBe(false);
  });
});

describe("progress", () => {
  it("is one line written over and cleared at the end", async () => {
    const written: string[] = [];
    const folders = [specsIn(temporary, "one"), specsIn(temporary, "two", { "tools/own.yaml": yellowTool })];
    await runCommand(["check", ...folders], {
      out: () => undefined,
      error: () => undefined,
      isTerminal: false,
      now: () => new Date("2026-06-01T12:00:00Z"),
      progress: progressLine((text) => written.push(text), 12),
    });
    expect(written).toEqual([
      expect.stringMatching(/^\r\u001b\[2Kchecking .{2}$/),
      expect.stringMatching(/^\r\u001b\[2Kchecking .{2}$/),
      "\r\u001b[2K",
    ]);
  });
});
