import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";

const checkout = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The demo as a person starts it; the environment of `npm test` is ready for it. */
async function runDemo(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [join(checkout, "demo", "main.ts"), ...args], {
    cwd: checkout,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (printed.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (printed.stderr += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...printed };
}

describe("npm run demo -- --once --without-docker", () => {
  let demo: Ended;

  beforeAll(async () => {
    demo = await runDemo("--once", "--without-docker");
  });

  test("ends well", () => {
    expect(demo).toMatchObject({ code: 0, stderr: "" });
  });

  test("says that the executor runs as a process, and why", () => {
    expect(demo.stdout).toContain("No containers, because --without-docker was given: the executor runs as a process.");
  });

  test("prints a URL, a token each for the guest and the agent, and three calls as curl lines", () => {
    expect(demo.stdout).toMatch(/URL +http:\/\/127\.0\.0\.1:\d+\n/);
    expect(demo.stdout).toMatch(/GUEST='[\w-]+\.[\w-]+\.[\w-]+'\n +AGENT='[\w-]+\.[\w-]+\.[\w-]+'\n/);
    expect(demo.stdout.match(/^ +curl -X POST 'http/gm)).toHaveLength(3);
  });

  test("books a room, is refused the same room for the same nights, and confirms the booking", () => {
    const statuses = [...demo.stdout.matchAll(/^ +(\d{3}) \{/gm)].map(([, status]) => status);
    expect(statuses).toEqual(["201", "409", "200"]);
    expect(demo.stdout).toContain('"code":"exclusion-violated"');
    expect(demo.stdout).toContain('"status":"confirmed"');
  });

  test("shows the audit record of each call, the refused one too", () => {
    const records = demo.stdout.matchAll(/^ +[\d:]{8} {2}[\da-f]{8} {2}(\S+) +(\w+) +(\d{3}) {2}(\S+)$/gm);
    expect([...records].map(([, ...columns]) => columns)).toEqual([
      ["create-customer", "succeeded", "201", "agent-1"],
      ["create-room", "succeeded", "201", "agent-1"],
      ["create-reservation", "succeeded", "201", "guest-7"],
      ["create-reservation", "refused", "409", "guest-7"],
      ["confirm-reservation", "succeeded", "200", "agent-1"],
    ]);
  });

  test.each([
    ["cyclic-flow", "settle-accounts"],
    ["external-call-in-transaction", "announce-room"],
    ["hard-delete", "drop-customer"],
    ["payment-over-http", "refund-guest"],
    ["payment-without-compensation", "charge-deposit"],
    ["raw-write", "anonymise-guests"],
    ["unbounded-update", "reprice-rooms"],
    ["write-outside-transaction", "rename-room"],
  ])("shows the finding of %s at its file and line", (rule, tool) => {
    const place = `examples/reservations-red/tools/${tool}\\.yaml:\\d+:\\d+: `;
    expect(demo.stdout).toMatch(new RegExp(`RED ${rule} ${tool}/[\\w-]+ at ${place}`));
  });

  test("shows no other Red finding, and that the blocked update changed nothing", () => {
    expect(demo.stdout.match(/^ +RED /gm)).toHaveLength(8);
    expect(demo.stdout).toMatch(/Blocked \(exit code [1-9]\d*\); the stack has no resource, nothing changed\.\n$/);
  });
});

test("the demo says which port it needs when it is taken, before it does anything", async () => {
  const other = createServer().listen(8799, "127.0.0.1");
  await once(other, "listening");
  try {
    const { code, stdout, stderr } = await runDemo("--once", "--without-docker");
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr.trim()).toBe("the demo's token issuer needs 127.0.0.1:8799, which is taken; end what listens there");
  } finally {
    other.close();
  }
});

test("the demo answers an argument that it does not know with its usage", async () => {
  const { code, stderr } = await runDemo("--twice");
  expect(code).toBe(1);
  expect(stderr).toContain("usage: npm run demo [-- [--once] [--without-docker]]");
});
