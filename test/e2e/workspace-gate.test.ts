import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openStack, type Run, type Stack } from "./stack-harness.ts";
import { program, redTool, specFiles, standInImage, yellowTool } from "./workspace-fixture.ts";

// Gate 1 by itself: what the component refuses, whatever the other gates do. Nothing is ever deployed here.
let stack: Stack;
let pack: string;

const red = "specs/tools/wipe-notes.yaml";
const yellow = "specs/tools/count-notes.yaml";
const acknowledgements = "specs/acknowledgements.yaml";

beforeAll(async () => {
  stack = await openStack({ files: { ...specFiles, "main.ts": program() } });
  await stack.setConfig("lintel:image", standInImage(stack));
  pack = join(stack.folder, "..", "pack");
  execFileSync("node", ["policypack/build.ts", pack]);
});

afterAll(() => stack.close());

afterEach(() => {
  for (const path of [red, yellow, acknowledgements]) stack.remove(path);
  stack.write({ ...specFiles, "main.ts": program() });
});

/** Types in the state that are infrastructure: everything but the stack, providers and our own components. */
async function infrastructure(): Promise<readonly string[]> {
  return (await stack.state()).map(({ type }) => type).filter((type) => !/^(pulumi|lintel):/.test(type));
}

async function expectRefused(run: Run, message: RegExp): Promise<void> {
  expect(run.code).not.toBe(0);
  expect(run.output).toMatch(message);
  expect(await infrastructure()).toEqual([]);
}

const redAtPlace = /specs\/tools\/wipe-notes\.yaml:10:\d+ red hard-delete: tool "wipe-notes", node "wipe"/;

test.each([
  ["a preview", ["preview"]],
  ["an up", ["up", "--yes"]],
  ["an up without its preview", ["up", "--yes", "--skip-preview"]],
  ["an up that continues on errors", ["up", "--yes", "--skip-preview", "--continue-on-error"]],
])("Red stops %s without a policy pack", async (_, command) => {
  stack.write({ [red]: redTool });
  await expectRefused(await stack.pulumi([...command, "--stack", "test"]), redAtPlace);
});

test("Red stops an up whose components' inputs are stripped", async () => {
  stack.write({ [red]: redTool });
  const run = await stack.up(["--skip-preview"], { PULUMI_NODEJS_SKIP_COMPONENT_INPUTS: "1" });
  await expectRefused(run, redAtPlace);
});

test("Red stops an up whose policy pack is switched off", async () => {
  stack.write({ [red]: redTool, "../off.json": '{ "all": "disabled" }' });
  const off = join(stack.folder, "..", "off.json");
  await expectRefused(await stack.up(["--policy-pack", pack, "--policy-pack-config", off]), redAtPlace);
});

test("the findings of the policy pack appear beside the component's own", async () => {
  stack.write({ [red]: redTool });
  const run = await stack.preview(["--policy-pack", pack]);
  await expectRefused(run, redAtPlace);
  expect(run.output).toMatch(/\[mandatory\].*hard-delete.*notes-wipe-notes/s);
});

test("Red stops a program that catches the refusal", async () => {
  const catching = program()
    .replace("const workspace = new", "let workspace: any = {};\ntry { workspace = new")
    .replace(/\}\);\nexport/, "});\n} catch { /* go on */ }\nexport");
  stack.write({ [red]: redTool, "main.ts": catching });
  const run = await stack.up(["--skip-preview"]);
  expect(run.output).not.toMatch(/gcp:/);
  expect(await infrastructure()).toEqual([]);
});

test("an acknowledgement of Red changes nothing", async () => {
  stack.write({
    [red]: redTool,
    [acknowledgements]: acknowledge("wipe-notes", "hard-delete", "0".repeat(16), later),
  });
  await expectRefused(await stack.preview(), redAtPlace);
});

test("Yellow stops a preview, and says by which fingerprint it is acknowledged", async () => {
  stack.write({ [yellow]: yellowTool });
  await expectRefused(
    await stack.preview(),
    /count-notes\.yaml:10:\d+ yellow raw-read: .*\n.*\n.*fingerprint: [0-9a-f]{16}/,
  );
});

test("an acknowledged Yellow passes and is part of the tool's diff, an expired one is refused", async () => {
  stack.write({ [yellow]: yellowTool });
  const fingerprint = /fingerprint: ([0-9a-f]{16})/.exec((await stack.preview()).output)?.[1] ?? "";
  stack.write({ [acknowledgements]: acknowledge("count-notes", "raw-read", fingerprint, later) });
  const passed = await stack.preview(["--diff"]);
  expect(passed.code).toBe(0);
  expect(passed.output).toContain("needed for the monthly report");
  stack.write({ [acknowledgements]: acknowledge("count-notes", "raw-read", fingerprint, "2020-01-01") });
  await expectRefused(await stack.preview(), /yellow raw-read/);
});

test("specs that do not compile are refused with every error at its place, and no resource is registered", async () => {
  const path = "specs/tools/write-note.yaml";
  const broken = (specFiles[path] ?? "")
    .replace("roles: [writer]", "roles: [wirter]")
    .replace("entity: Note,", "entity: Nota,");
  stack.write({ [path]: broken });
  const run = await stack.preview();
  await expectRefused(run, /specs\/tools\/write-note\.yaml:6:\d+ [\w-]+: .*wirter/);
  expect(run.output).toMatch(/Nota/);
  expect(run.output).not.toContain("lintel:index:Tool");
});

test.each([
  ["a secret without a source", `secrets: {},`, /secret "archive-key" has no source/],
  [
    "a secret that no spec names",
    `secrets: { "archive-key": { value: "x" }, other: { value: "x" } },`,
    /secrets\["other"\] is named by no spec/,
  ],
  [
    "an image that is not pinned",
    `image: "registry.invalid/executor:latest",`,
    /image "registry\.invalid\/executor:latest" is not pinned/,
  ],
])("%s is refused by name", async (_, argument, message) => {
  stack.write({ "main.ts": program(argument) });
  const run = await stack.preview();
  expect(run.code).not.toBe(0);
  expect(run.output).toMatch(message);
});

const later = `${String(new Date().getUTCFullYear() + 5)}-12-31`;

function acknowledge(tool: string, rule: string, fingerprint: string, expires: string): string {
  return `apiVersion: lintel/v1
kind: Acknowledgements
acknowledgements:
  - { tool: ${tool}, rule: ${rule}, fingerprint: "${fingerprint}", reason: needed for the monthly report, by: dpo@example.com, expires: ${expires} }
`;
}
