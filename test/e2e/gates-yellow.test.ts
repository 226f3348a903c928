import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { compileFolder } from "@lintel/specs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloudInventory } from "./cloud-inventory.ts";
import { buildExecutor, executorImage } from "./gates-executor.ts";
import { buildPack } from "./gates-stack.ts";
import { must, openStack, type Run, type Stack } from "./stack-harness.ts";
import { program, specFiles } from "./workspace-fixture.ts";

// One workspace with a Yellow finding, in order: refused, acknowledged and deployed, and later with an acknowledgement that
// has expired. Its executor is the real one.
let stack: Stack;
let pack: string;

const path = "specs/tools/blank-notes.yaml";
const tool = `apiVersion: lintel/v1
kind: Tool
name: blank-notes
description: Blanks the notes that say so.
trigger: { http: { method: POST, path: /notes/blank } }
authorize: { roles: [writer] }
input: { type: object, additionalProperties: false, properties: {} }
output: { type: object, properties: {} }
flow:
  - id: change
    type: transaction
    nodes:
      - { id: blank, type: write, action: update, entity: Note, where: { text: { eq: gone } }, values: { text: "-" }, limit: 500 }
respond: {}
`;

beforeAll(async () => {
  stack = await openStack({ files: { ...specFiles, [path]: tool, "main.ts": program() } });
  const { specs, diagnostics } = await compileFolder(join(stack.folder, "specs"));
  if (specs === undefined) throw new Error(JSON.stringify(diagnostics));
  const executor = await buildExecutor(join(stack.folder, "..", "executor"));
  await stack.setConfig("lintel:image", executorImage(stack, "yellow", executor, specs.bundle));
  pack = buildPack(stack);
});

afterAll(() => stack.close());

const atPlace =
  /specs\/tools\/blank-notes\.yaml:13:\d+ yellow high-row-impact: tool "blank-notes", node "blank".*\n.*\n +fingerprint: ([0-9a-f]{16})/;

async function fingerprint(): Promise<string> {
  return atPlace.exec((await stack.preview()).output)?.[1] ?? "";
}

async function acknowledge(expires: string): Promise<void> {
  stack.remove("specs/acknowledgements.yaml");
  const entry = `{ tool: blank-notes, rule: high-row-impact, node: blank, fingerprint: "${await fingerprint()}", reason: once a year, by: dpo@example.com, expires: ${expires} }`;
  stack.write({
    "specs/acknowledgements.yaml": `apiVersion: lintel/v1\nkind: Acknowledgements\nacknowledgements:\n  - ${entry}\n`,
  });
}

describe("Yellow that nobody has acknowledged", () => {
  async function expectRefused(run: Run): Promise<void> {
    expect(run.code).not.toBe(0);
    const types = (await stack.state()).map(({ type }) => type);
    expect(types.filter((type) => !/^(pulumi|lintel):/.test(type))).toEqual([]);
    expect(await cloudInventory(stack.emulator)).toEqual([]);
  }

  it.each([
    ["pulumi preview", ["preview"]],
    ["pulumi up", ["up", "--yes"]],
    ["pulumi up --skip-preview", ["up", "--yes", "--skip-preview"]],
  ])("blocks %s by the component alone, with no pack", async (_, command) => {
    const run = await stack.pulumi([...command, "--stack", "test"]);
    expect(run.output).toMatch(atPlace);
    await expectRefused(run);
  });

  it.each([["preview"], ["up", "--yes"]])(
    "blocks pulumi %s by the pack alone, with pieces registered by hand",
    async (...command) => {
      const byHand = fileURLToPath(new URL("fixtures/by-hand/pieces.ts", import.meta.url));
      stack.write({ "main.ts": readFileSync(byHand, "utf8") });
      const run = await stack.pulumi([...command, "--stack", "test", "--policy-pack", pack], { WAY: "all pieces" });
      stack.write({ "main.ts": program() });
      expect(run.output).toMatch(/- \[mandatory\] .* high-row-impact {2}\(/);
      expect(run.output).toMatch(
        /YELLOW high-row-impact blank-notes\/blank at specs\/tools\/blank-notes\.yaml:13:\d+: .*\(fingerprint [0-9a-f]{16}\)/,
      );
      await expectRefused(run);
    },
  );
});

describe("Yellow that somebody has acknowledged", () => {
  it("is deployed with the pack on, listed with who, when and why, and its expiry is warned of", async () => {
    const soon = inDays(10);
    await acknowledge(soon);
    const { output } = await must(stack.up(["--policy-pack", pack]));
    expect(output).toMatch(/- \[advisory\] .* acknowledged-findings {2}\(lintel:index:Tool: notes-blank-notes\)/);
    expect(output).toMatch(
      new RegExp(
        `YELLOW high-row-impact blank-notes/blank at .*acknowledged by dpo@example\.com until ${soon}: once a year`,
      ),
    );
    expect(await stack.outputs()).toMatchObject({ level: "yellow", digest: await servedDigest() });
    expect(stack.emulator.logs("notes")).toMatch(`"tool":"blank-notes","rule":"high-row-impact","expires":"${soon}"`);
  });
});

describe("Yellow whose acknowledgement has expired", () => {
  beforeAll(() => acknowledge("2020-01-01"));

  it.each(["preview", "up --yes", "up --yes --skip-preview"])(
    "blocks pulumi %s, and what serves is as before",
    async (command) => {
      const before = await servedDigest();
      const run = await stack.pulumi([...command.split(" "), "--stack", "test", "--policy-pack", pack]);
      expect(run.code).not.toBe(0);
      expect(run.output).toMatch(atPlace);
      expect(run.output).toMatch(/specs\/acknowledgements\.yaml:4:\d+ yellow acknowledgement-expired/);
      expect(await servedDigest()).toBe(before);
    },
  );

  it("does not keep the executor from starting again when its process is killed", async () => {
    const [before, killed] = [await servedDigest(), executorProcess()];
    process.kill(killed, "SIGKILL");
    while (executorProcess() === killed || (await servedDigest()) === undefined) await sleep(100);
    expect(await servedDigest()).toBe(before);
  });
});

async function servedDigest(): Promise<string | undefined> {
  const { url } = (await stack.outputs()) as { readonly url: string };
  const response = await fetch(`${url}/startupz`);
  return response.ok ? ((await response.json()) as { readonly digest: string }).digest : undefined;
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/** The only process that the emulator's Cloud Run runs now; 0 while there is none. */
function executorProcess(): number {
  const state = JSON.parse(readFileSync(join(stack.folder, "..", "cloud", "state.json"), "utf8")) as {
    readonly processes?: Readonly<Record<string, { readonly pid: number }>>;
  };
  return Object.values(state.processes ?? {})[0]?.pid ?? 0;
}
