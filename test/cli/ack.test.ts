import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { designFolder, toolWith } from "../specs/design-files.ts";
import { lintel } from "./run-lintel.ts";

let temporary = "";

beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), "lintel-ack-"));
});

afterAll(() => {
  rmSync(temporary, { recursive: true });
});

const flow = (method: string): string => `  - id: call                     # every night
    type: http
    provider: housekeeping
    method: ${method}
    url: /x
    timeout: 1s
  - { id: other, type: http, provider: housekeeping, method: GET, url: /y, timeout: 1s, after: [call] }`;

function folderWith(name: string, acknowledgements?: string, text = toolWith(flow("GET"))): string {
  const folder = join(temporary, name);
  cpSync(designFolder, folder, { recursive: true });
  for (const path of ["acknowledgements.yaml", "scenarios", "tools/confirm-reservation.yaml"])
    rmSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, "tools/own.yaml"), text);
  if (acknowledgements !== undefined) writeFileSync(join(folder, "acknowledgements.yaml"), acknowledgements);
  return folder;
}

const words = [
  "--reason",
  "Nothing waits: it runs again tomorrow.",
  "--by",
  "jo@example.com",
  "--expires",
  "2026-12-31",
];

const ack = (folder: string, ...more: readonly string[]): ReturnType<typeof lintel> =>
  lintel(["ack", "own-tool", "missing-retry", "--folder", folder, ...words, ...more]);

const written = (folder: string): string => readFileSync(join(folder, "acknowledgements.yaml"), "utf8");

async function fingerprint(folder: string, node = "call"): Promise<string> {
  const { out } = await lintel(["check", folder, "--format", "json"]);
  return new RegExp(`"node": "${node}"[^}]*\\}[^}]*"fingerprint": "([0-9a-f]{16})"`, "s").exec(out)?.[1] ?? "";
}

describe("lintel ack", () => {
  it("makes acknowledgements.yaml, with a comment that shows what is accepted, and the finding is accepted", async () => {
    const folder = folderWith("new");
    const { code, out } = await ack(folder, "--node", "call");
    expect(code).toBe(0);
    expect(out).toContain("+++ b/acknowledgements.yaml");
    expect(out).toMatch(/\nacknowledged missing-retry own-tool\/call until 2026-12-31\n$/);
    expect(written(folder)).toMatch(/^# yaml-language-server: \$schema=\S*acknowledgements\.schema\.json\n/);
    expect(written(folder)).toContain(`acknowledgements:
  # tools/own.yaml:10
  #   "call" (http) is not retried; add "retry" here or to the workspace's defaults
  #     - id: call                     # every night
  #       type: http
  #       provider: housekeeping
  #       method: GET
  #       url: /x
  #       timeout: 1s
  - tool: own-tool
    rule: missing-retry
    node: call
    fingerprint: `);
    const { out: check } = await lintel(["check", folder]);
    expect(check).toContain("0 red, 1 yellow, 1 acknowledged");
  });

  it("adds to a file and leaves every byte of it as it was", async () => {
    const before = `# ours\r\napiVersion: lintel/v1\r\nkind: Acknowledgements\r\nacknowledgements: []   # none yet\r\n`;
    const folder = folderWith("added", before);
    await ack(folder, "--node", "call");
    const first = written(folder);
    expect(first.startsWith("# ours\r\napiVersion: lintel/v1\r\nkind: Acknowledgements\r\nacknowledgements:")).toBe(
      true,
    );
    expect(first).toContain("# none yet");
    await ack(folder, "--node", "other");
    expect(written(folder).startsWith(first.trimEnd())).toBe(true);
    expect(written(folder).replaceAll("\r\n", "")).not.toContain("\n");
    expect((await lintel(["check", folder])).code).toBe(0);
  });

  it("asks which one where a rule finds several", async () => {
    const folder = folderWith("several");
    const { code, error } = await ack(folder);
    expect(error).toMatch(
      /"own-tool" has 2 findings of "missing-retry"; choose one:\n {2}--node call .*\n {2}--node other /,
    );
    expect(code).toBe(2);
    expect(existsSync(join(folder, "acknowledgements.yaml"))).toBe(false);
  });

  it("renews an expired entry where it stands, and keeps its comments", async () => {
    const folder = folderWith("expired");
    const id = await fingerprint(folder);
    const entry = (reason: string, by: string, expires: string): string =>
      `apiVersion: lintel/v1\nkind: Acknowledgements\nacknowledgements:\n  # seen in spring\n  - { tool: own-tool, rule: missing-retry, node: call, fingerprint: "${id}", reason: ${reason}, by: ${by}, expires: ${expires} }   # again?\n`;
    writeFileSync(join(folder, "acknowledgements.yaml"), entry("old", "al", "2026-05-01"));
    const { code, out } = await ack(folder, "--node", "call");
    expect(out).toContain("renewed missing-retry own-tool/call until 2026-12-31");
    expect(code).toBe(0);
    expect(written(folder)).toBe(entry('"Nothing waits: it runs again tomorrow."', "jo@example.com", "2026-12-31"));
  });

  it("puts a new entry in the place of one that accepted something else", async () => {
    const folder = folderWith("changed");
    await ack(folder, "--node", "call");
    writeFileSync(join(folder, "tools/own.yaml"), toolWith(flow("HEAD")));
    const { code } = await ack(folder, "--node", "call");
    expect(code).toBe(0);
    expect(written(folder).match(/rule: missing-retry/g)).toHaveLength(1);
    expect(written(folder)).toContain("#       method: HEAD");
    expect(written(folder)).not.toContain("#       method: GET");
  });

  it("refuses what is accepted already, and what is not found", async () => {
    const folder = folderWith("twice");
    await ack(folder, "--node", "call");
    const before = written(folder);
    const again = await ack(folder, "--node", "call");
    expect(again).toMatchObject({ code: 3, out: "" });
    expect(again.error).toContain("is acknowledged already by jo@example.com until 2026-12-31");
    const none = await lintel(["ack", "own-tool", "raw-read", "--folder", folder, ...words]);
    expect(none).toMatchObject({ code: 3, out: "" });
    expect(none.error).toContain('"own-tool" has no finding of "raw-read"');
    expect(written(folder)).toBe(before);
  });

  it("refuses Red, and says why and what to do", async () => {
    const red = toolWith(
      '  - { id: room, type: write, action: transition, entity: Reservation, key: "${input.id}", transition: cancel }',
    );
    const folder = folderWith("red", undefined, red);
    const { code, error } = await lintel([
      "ack",
      "own-tool",
      "write-outside-transaction",
      "--folder",
      folder,
      ...words,
    ]);
    expect(code).toBe(20);
    expect(error).toContain(
      '"write-outside-transaction" is Red and cannot be acknowledged. "room" writes outside a transaction',
    );
    expect(error).toContain("Fix: wrap the write in a transaction (lintel fix --rule write-outside-transaction)");
    expect(existsSync(join(folder, "acknowledgements.yaml"))).toBe(false);
  });

  it.each([
    ["--expires", "2026-06-01", "is not ahead (today is 2026-06-01)"],
    ["--expires", "2026-02-30", "is no date"],
    ["--expires", "tomorrow", "is no date"],
    ["--expires", "2037-01-01", "is more than 10 years ahead"],
    ["--reason", " \u200b", "--reason is empty"],
    ["--by", "", "--by is empty"],
  ])("refuses %s %j", async (option, value, message) => {
    const folder = folderWith(`words-${option}-${value.replaceAll(/\W/g, "_")}`);
    const { code, error } = await ack(folder, "--node", "call", option, value);
    expect(error).toContain(message);
    expect(code).toBe(2);
    expect(existsSync(join(folder, "acknowledgements.yaml"))).toBe(false);
  });

  it("refuses a tool or rule that there is not, and a rule about acknowledgements", async () => {
    const folder = folderWith("unknown");
    const run = (tool: string, rule: string): ReturnType<typeof lintel> =>
      lintel(["ack", tool, rule, "--folder", folder, ...words]);
    expect((await run("owntool", "missing-retry")).error).toContain('there is no tool "owntool"');
    expect((await run("own-tool", "missing-rety")).error).toContain('there is no rule "missing-rety"');
    expect((await run("own-tool", "acknowledgement-expired")).error).toContain("cannot be acknowledged itself");
  });

  it("shows what it would write in a dry run and writes nothing", async () => {
    const folder = folderWith("dry");
    const { code, out } = await ack(folder, "--node", "call", "--dry-run");
    expect(out).toContain("+  - tool: own-tool");
    expect(out).toContain("would have acknowledged");
    expect(code).toBe(0);
    expect(existsSync(join(folder, "acknowledgements.yaml"))).toBe(false);
  });

  it("needs a reason, a name and a date", async () => {
    const { code, error } = await lintel(["ack", "own-tool", "missing-retry"]);
    expect(error).toContain("--reason");
    expect(code).toBe(2);
  });

  it("tells findings of one rule at one node apart by their fingerprints, and writes over none that counts", async () => {
    const answered = toolWith(
      "  - { id: row, type: read, entity: Reservation, one: true, where: { id: { eq: '${input.id}' } } }",
    )
      .replace(/^output: .*$/m, "output: { type: object, properties: { a: {}, b: {} } }")
      .replace(/^respond: .*$/m, 'respond: { a: "${nodes.row.cardToken}", b: "x${nodes.row.cardToken}" }');
    const folder = folderWith("twins", undefined, answered);
    const both = await lintel(["ack", "own-tool", "sensitive-output", "--folder", folder, ...words]);
    expect(both.code).not.toBe(0);
    const choices = [...both.error.matchAll(/--fingerprint ([0-9a-f]{16})/g)].map(([, hex]) => hex ?? "");
    expect(new Set(choices).size).toBe(2);
    for (const hex of choices) {
      const one = await lintel([
        "ack",
        "own-tool",
        "sensitive-output",
        "--folder",
        folder,
        ...words,
        "--fingerprint",
        hex,
      ]);
      expect(one.code).toBe(0);
    }
    expect(choices.every((hex) => written(folder).includes(hex))).toBe(true);
  });

  it("begins the list where the key has nothing behind it", async () => {
    const folder = folderWith("bare", "apiVersion: lintel/v1\nkind: Acknowledgements\nacknowledgements:\n");
    expect((await ack(folder, "--node", "call")).code).toBe(0);
    expect(written(folder)).toContain("rule: missing-retry");
  });
});
