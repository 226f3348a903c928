import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Bundle, compileFolder, digestOf } from "@lintel/specs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { cloudInventory } from "./cloud-inventory.ts";
import { buildExecutor, executorImage, runExecutor, writeBundle } from "./gates-executor.ts";
import { announcedFindings, buildPack, copyToProject } from "./gates-stack.ts";
import { must, openStack, type Run, type Stack } from "./stack-harness.ts";
import { program, redTool, specFiles, standInImage } from "./workspace-fixture.ts";

let stack: Stack;
let pack: string;

const red = { "specs/tools/wipe-notes.yaml": redTool };
const green = Object.fromEntries(
  Object.entries(specFiles).map(([path, text]) => [path.replace(/^specs/, "green"), text]),
);

beforeAll(async () => {
  stack = await openStack({ files: { ...specFiles, ...red, ...green, "main.ts": program() } });
  await stack.setConfig("lintel:image", standInImage(stack));
  pack = buildPack(stack);
});

afterAll(() => stack.close());

function byHand(name: "pieces" | "service"): string {
  return readFileSync(fileURLToPath(new URL(`fixtures/by-hand/${name}.ts`, import.meta.url)), "utf8");
}

async function expectNothingDeployed(run: Run): Promise<void> {
  expect(run.code).not.toBe(0);
  const types = (await stack.state()).map(({ type }) => type);
  expect(types.filter((type) => !/^(pulumi|lintel):|^gcp:projects\/service:/.test(type))).toEqual([]);
  expect(await cloudInventory(stack.emulator)).toEqual([]);
}

// The image is a stand-in that runs whatever it is given: gate 3 is open in both describes that follow.
describe("gate 1, the component, alone: gate 2 is absent or switched off, gate 3 is an image that refuses nothing", () => {
  const swap = `transform: {
    service: { service: (args) => ({ ...args, template: { ...args.template, containers: [{ name: "executor", image: IMAGE }] } }) },
    migration: { job: (args) => ({ ...args, template: { template: { containers: [{ name: "executor", image: IMAGE }] } } }) },
  },`.replaceAll("IMAGE", `"registry.invalid/other@sha256:${"0".repeat(64)}"`);

  afterEach(() => {
    stack.write({ "main.ts": program() });
  });

  const off = (): readonly string[] => {
    stack.write({ "../off.json": '{ "all": "disabled" }' });
    return ["--policy-pack", pack, "--policy-pack-config", join(stack.folder, "..", "off.json")];
  };

  it.each([
    ["and no pack", () => [], {}, ""],
    ["and a pack that configuration switches off", off, {}, ""],
    ["and no pack, and stripped component inputs", () => [], { PULUMI_NODEJS_SKIP_COMPONENT_INPUTS: "1" }, ""],
    ["and no pack, and a transform that swaps the image", () => [], {}, swap],
  ])("shuts an up --skip-preview of Red %s", async (_, args, environment, argument) => {
    stack.write({ "main.ts": program(argument) });
    const run = await stack.up(["--skip-preview", ...args()], environment);
    expect(run.output).toMatch(/specs\/tools\/wipe-notes\.yaml:10:\d+ red hard-delete: tool "wipe-notes"/);
    expect(run.output).not.toContain("[mandatory]");
    await expectNothingDeployed(run);
  });

  it("keeps the image that goes with Green specs against a transform, and no pack", async () => {
    stack.write({ "main.ts": program(swap).replace('"specs"', '"green"') });
    const { code, stdout } = await stack.preview(["--json"]);
    const { steps } = JSON.parse(stdout) as { readonly steps: readonly { readonly newState?: object }[] };
    const running = steps
      .map(({ newState }) => JSON.stringify(newState))
      .filter((text) => /"gcp:cloudrunv2\/(service:Service|job:Job)"/.test(text));
    expect(code).toBe(0);
    expect(running).toHaveLength(2);
    for (const text of running) {
      expect(text).toMatch(/"image":"registry\.invalid\/lintel\/executor@sha256:/);
      expect(text).not.toContain("registry.invalid/other");
    }
  });
});

describe("gate 2, the pack, alone: gate 1 is not used, gate 3 is an image that refuses nothing", () => {
  beforeAll(() => {
    stack.write({ "main.ts": byHand("pieces") });
  });

  const run = (way: string, command: readonly string[] = ["preview"], environment: NodeJS.ProcessEnv = {}) =>
    stack.pulumi([...command, "--stack", "test", "--policy-pack", pack], { WAY: way, ...environment });

  it("lets Green pass, so that what it shuts is shut for the reason it gives", async () => {
    const { code, output } = await run("honest");
    expect(output).toContain("✅ lintel@");
    expect(code).toBe(0);
  });

  it.each([
    [
      "a Red tool",
      "all pieces",
      "hard-delete",
      /RED hard-delete wipe-notes\/wipe at specs\/tools\/wipe-notes\.yaml:10:/,
    ],
    ["a Red tool that claims to be green", "claims green", "hard-delete", /RED hard-delete wipe-notes\/wipe at/],
    [
      "a harmless slice under the digest of a Red one",
      "another slice",
      "tool-slice",
      /says digest sha256:\w+, its slice has/,
    ],
    ["a harmless slice under its own digest", "a slice of its own", "tool-listed", /lists "wipe-notes" with digest/],
    ["a tool without its slice", "no slice", "tool-slice", /carries no slice of its specs/],
    [
      "a Red tool that is left out",
      "leaves the tool out",
      "executor-digest",
      /"wipe-notes", and no Tool resource carries it/,
    ],
    [
      "a Workspace that lists no tools",
      "lists no tools",
      "workspace-inputs",
      /says digest sha256:\w+, what it lists has sha256:/,
    ],
    ["a service of no Workspace", "no workspace", "executor-digest", /no such workspace is in this stack/],
    [
      "a service of another bundle than the judged one",
      "another bundle",
      "executor-digest",
      /LINTEL_BUNDLE_DIGEST is "sha256:\w+", the judged/,
    ],
    ["an image that is not pinned", "an image by tag", "executor-image", /executor:latest" is not pinned by digest/],
  ])("shuts a preview of %s", async (_, way, policy, message) => {
    const ran = await run(way);
    expect(ran.output).toMatch(new RegExp(`- \\[mandatory\\] .* ${policy}  \\(`));
    expect(ran.output).toMatch(message);
    expect(ran.code).not.toBe(0);
  });

  it("shuts a preview of pieces whose inputs are stripped", async () => {
    const ran = await run("honest", ["preview"], { PULUMI_NODEJS_SKIP_COMPONENT_INPUTS: "1" });
    expect(ran.output).toMatch(/- \[mandatory\] .* tool-slice {2}\(/);
    expect(ran.code).not.toBe(0);
  });

  it.each(["all pieces", "leaves the tool out", "lists no tools"])(
    "shuts an up --skip-preview (%s) before any service",
    async (way) => {
      const ran = await run(way, ["up", "--yes", "--skip-preview"]);
      expect(ran.output).toMatch(/- \[mandatory\] /);
      await expectNothingDeployed(ran);
    },
  );
});

describe("gate 3, the executor, alone: gates 1 and 2 are not there", () => {
  let outside: string;
  let executor: string;
  let greenBundle: Bundle;
  let redBundle: Bundle;

  const compile = async (folder: string): Promise<Bundle> => {
    const { specs, diagnostics } = await compileFolder(join(stack.folder, folder));
    if (specs === undefined) throw new Error(JSON.stringify(diagnostics));
    return specs.bundle;
  };

  beforeAll(async () => {
    // Outside the repository, as in its image: no package is at hand there.
    outside = mkdtempSync(join(tmpdir(), "lintel-executor-"));
    executor = await buildExecutor(outside);
    [greenBundle, redBundle] = await Promise.all([compile("green"), compile("specs")]);
  });

  afterAll(() => {
    rmSync(outside, { recursive: true });
  });

  describe("a service that a program makes by hand", () => {
    let images: Readonly<Record<"green" | "red", string>>;
    const logs = (): string => stack.emulator.logs("by-hand");

    beforeAll(async () => {
      images = {
        green: executorImage(stack, "green", executor, greenBundle),
        red: executorImage(stack, "red", executor, redBundle),
      };
      stack.write({ "main.ts": byHand("service") });
      await must(stack.up(["--skip-preview"], { IMAGE: images.green, PIN: greenBundle.digest }));
    });

    const served = async (): Promise<unknown> => {
      const { url } = (await stack.outputs()) as { readonly url: string };
      return (await fetch(`${url}/healthz`)).json();
    };

    async function expectRefusedAtBoot(run: Run): Promise<void> {
      expect(run.code).not.toBe(0);
      expect(run.output).toMatch(/Revision 'by-hand-\w+-\w+' is not ready and cannot serve traffic/);
      expect(await served()).toEqual({ status: "ok", digest: greenBundle.digest });
    }

    it("serves Green", async () => {
      expect(await served()).toEqual({ status: "ok", digest: greenBundle.digest });
    });

    it.each([
      ["with a pin on the Red bundle", () => redBundle.digest],
      ["without a pin", () => undefined],
    ])("refuses Red %s at boot, in its log by rule and tool, and the revision before serves on", async (_, pin) => {
      const before = logs().length;
      await expectRefusedAtBoot(await stack.up(["--skip-preview"], { IMAGE: images.red, PIN: pin() }));
      const log = logs().slice(before);
      expect(log).toContain(`bundle ${redBundle.digest} is Red and is not served`);
      expect(log).toContain("- hard-delete: tool wipe-notes, node wipe: ");
      expect(log).not.toContain('"serving"');
    });

    it("refuses a bundle that is not the pinned one, and the revision before serves on", async () => {
      const pin = digestOf("another");
      await expectRefusedAtBoot(await stack.up(["--skip-preview"], { IMAGE: images.green, PIN: pin }));
      expect(logs()).toContain(`LINTEL_BUNDLE_DIGEST is ${pin}, the bundle at hand has ${greenBundle.digest}`);
    });
  });

  describe("a process", () => {
    const example = "examples/reservations-red";
    const announced = announcedFindings(example);
    const environment = { PORT: "0", LINTEL_DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none" };

    /** The example with no Red tool but one. */
    async function compileWithOnly(tool: string): Promise<Bundle> {
      copyToProject(stack, example);
      for (const other of announced) if (other.tool !== tool) rmSync(join(stack.folder, other.file));
      return compile(example);
    }

    it.each(announced)("refuses $rule with exit code 78, and names the tool", async ({ rule, tool }) => {
      const bundle = writeBundle(stack, await compileWithOnly(tool));
      const { code, output } = await runExecutor(executor, "serve", { ...environment, LINTEL_BUNDLE: bundle });
      expect(output).toMatch(`- ${rule}: tool ${tool}, node `);
      expect(code).toBe(78);
    });

    it("migrates no database to a Red bundle", async () => {
      const bundle = writeBundle(stack, redBundle);
      const settings = { ...environment, LINTEL_BUNDLE: bundle, LINTEL_EXECUTOR_USER: "executor" };
      const { code, output } = await runExecutor(executor, "migrate", settings);
      expect(output).toContain("is Red and is not served");
      expect(code).toBe(78);
    });

    it("refuses a Red bundle whose tool was made to look harmless afterwards", async () => {
      const tools = redBundle.tools.map((tool) => (tool.name === "wipe-notes" ? { ...tool, flow: [] } : tool));
      const bundle = writeBundle(stack, { ...redBundle, tools });
      const { code, output } = await runExecutor(executor, "serve", { ...environment, LINTEL_BUNDLE: bundle });
      expect(output).toMatch(/the bundle says digest sha256:\w+, its specs have sha256:/);
      expect(code).toBe(78);
    });
  });
});
