import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runAction } from "../../action/run-action.ts";
import { type GithubStandIn, startGithub } from "./github-stand-in.ts";

const command = fileURLToPath(new URL("fixtures/lintel.mjs", import.meta.url));
const comments = "/repos/acme/shop/issues/7/comments";

let github: GithubStandIn;
let temp: string;
let printed: string[];

beforeEach(async () => {
  github = await startGithub();
  temp = mkdtempSync(join(tmpdir(), "lintel-action-"));
  printed = [];
  writeFileSync(join(temp, "event.json"), JSON.stringify({ pull_request: { number: 7 } }));
});
afterEach(async () => {
  await github.close();
  rmSync(temp, { recursive: true });
});

/** What the stand-in of the lintel command is to leave: the command itself is tested with the real engine. */
interface Left {
  readonly code?: number;
  readonly outcome?: string;
  readonly stack?: string;
  readonly markdown?: string;
}

function run(
  { code = 0, outcome = "green", stack = "dev", markdown = "🟢 fine." }: Left = {},
  more: NodeJS.ProcessEnv = {},
) {
  const environment = {
    PATH: process.env["PATH"],
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: "acme/shop",
    GITHUB_REF: "refs/pull/7/merge",
    GITHUB_SHA: "0123456789abcdef0123456789abcdef01234567",
    GITHUB_EVENT_PATH: join(temp, "event.json"),
    GITHUB_OUTPUT: join(temp, "output"),
    GITHUB_STEP_SUMMARY: join(temp, "summary.md"),
    RUNNER_TEMP: temp,
    INPUT_STACK: stack,
    INPUT_COMMAND: `${process.execPath} ${command}`,
    INPUT_TOKEN: "ghs_standin",
    LEAVES: JSON.stringify({ code, outcome, project: "shop", stack, markdown }),
    ...more,
  };
  return runAction(environment, (line) => printed.push(line), { firstWait: 1, longestWait: 2000 });
}

function requests(method: string): readonly string[] {
  return github.seen.filter((each) => each.method === method).map(({ path }) => path);
}

describe("the action", () => {
  afterEach(() => {
    expect(github.complaints).toEqual([]);
  });

  it("writes one comment, uploads the findings and names both in the step's outputs", async () => {
    expect(await run()).toBe(0);
    expect(github.comments.map(({ body }) => body)).toEqual(["<!-- lintel-preview shop%2Fdev -->\n🟢 fine."]);
    expect(github.analyses).toMatchObject([
      { version: "2.1.0", runs: [{ automationDetails: { id: "lintel/shop/dev/" } }] },
    ]);
    const output = readFileSync(join(temp, "output"), "utf8");
    expect(output).toMatch(/outcome<<(end-\S+)\ngreen\n\1\n/);
    expect(output).toContain("https://github.example/c/1");
    expect(readFileSync(join(temp, "summary.md"), "utf8")).toContain("🟢 fine.");
  });

  it("passes the inputs on, and not its token", async () => {
    await run({}, { "INPUT_POLICY-PACK": "pack folder", INPUT_AGAINST: "origin/main; rm -rf", INPUT_CWD: "infra" });
    const { args, token } = JSON.parse(readFileSync(join(temp, "called.json"), "utf8")) as {
      args: string[];
      token?: string;
    };
    expect(args).toEqual(
      expect.arrayContaining([
        "--stack=dev",
        "--cwd=infra",
        "--policy-pack=pack folder",
        "--against=origin/main; rm -rf",
      ]),
    );
    expect(token).toBeUndefined();
  });

  it("sends nothing of an unchanged comment, and edits a changed one", async () => {
    await run();
    await run();
    expect(requests("POST").filter((path) => path === comments)).toHaveLength(1);
    expect(requests("PATCH")).toEqual([]);
    await run({ markdown: "🔴 worse.", code: 20, outcome: "red" });
    expect(requests("PATCH")).toEqual(["/repos/acme/shop/issues/comments/1"]);
    expect(github.comments).toHaveLength(1);
  });

  it("finds its own among many pages of others, and takes no quotation for it", async () => {
    const user = { type: "User", login: "jo" };
    for (let id = 1; id <= 5; id += 1) {
      github.comments.push({
        id,
        html_url: "",
        user,
        body: id === 3 ? "> <!-- lintel-preview shop%2Fdev -->\nsee?" : "hello",
      });
    }
    await run();
    await run({ markdown: "🟡 changed." });
    expect(github.comments).toHaveLength(6);
    expect(github.comments[5]?.body).toContain("🟡 changed.");
  });

  it("keeps a comment per stack", async () => {
    await run({ stack: "dev" });
    await run({ stack: "dev-2" });
    expect(github.comments).toHaveLength(2);
  });

  it("tries again when GitHub is down, or asks for patience", async () => {
    github.trouble.push(
      { on: "GET", status: 502 },
      { on: "GET", status: 503 },
      { on: `POST ${comments}`, status: 403, headers: { "retry-after": "0" } },
      { on: "POST /repos/acme/shop/code-scanning", status: 429, headers: { "retry-after": "1" } },
    );
    expect(await run()).toBe(0);
    expect(github.comments).toHaveLength(1);
    expect(github.analyses).toHaveLength(1);
  });

  it("writes no second comment when only the answer was lost", async () => {
    github.trouble.push({ on: `POST ${comments}`, status: 502, isDone: true });
    expect(await run()).toBe(0);
    expect(github.comments).toHaveLength(1);
  });

  it("gives up a limit that lasts too long, with a warning", async () => {
    const reset = String(Math.floor(Date.now() / 1000) + 3600);
    github.trouble.push({
      on: "GET",
      status: 403,
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset },
    });
    expect(await run()).toBe(0);
    expect(printed.join("\n")).toContain("::warning title=Lintel preview::there is no comment");
  });

  it("keeps its verdict where a read-only token or code scanning refuses", async () => {
    github.trouble.push(
      { on: `POST ${comments}`, status: 403 },
      { on: "POST /repos/acme/shop/code-scanning", status: 403 },
    );
    expect(await run({ code: 20, outcome: "red" })).toBe(20);
    expect(printed.filter((line) => line.startsWith("::warning"))).toHaveLength(2);
  });

  it("asks GitHub nothing without a token, as on a pull request from a fork", async () => {
    expect(await run({}, { INPUT_TOKEN: "" })).toBe(0);
    expect(github.seen).toEqual([]);
    expect(readFileSync(join(temp, "summary.md"), "utf8")).toContain("🟢 fine.");
  });

  it("writes a comment that is as long as GitHub takes", async () => {
    await run({ markdown: "x".repeat(70_000) });
    expect(github.comments[0]?.body).toHaveLength(65_536);
  });

  it.each([
    [0, "green", "yellow", 0],
    [10, "yellow", "yellow", 10],
    [10, "yellow", "red", 0],
    [20, "red", "red", 20],
    [40, "failed", "red", 40],
  ])("ends a preview of exit code %i (%s), to fail on %s, with %i", async (code, outcome, failOn, expected) => {
    expect(await run({ code, outcome }, { "INPUT_FAIL-ON": failOn })).toBe(expected);
  });

  it("says what is wrong with its inputs, and with a command that leaves no report", async () => {
    expect(await run({}, { INPUT_STACK: "" })).toBe(1);
    expect(await run({}, { "INPUT_FAIL-ON": "green" })).toBe(1);
    expect(await run({}, { INPUT_COMMAND: `${process.execPath} -e process.exit(3)` })).toBe(1);
    expect(printed).toEqual([
      expect.stringContaining('the input "stack" is missing'),
      expect.stringContaining('the input "fail-on" is yellow or red, not "green"'),
      expect.stringContaining("ended with exit code 3 and left no report"),
    ]);
    expect(github.seen).toEqual([]);
  });
});
