import { rulesMetadata } from "@lintel/policypack/risk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloudInventory } from "./cloud-inventory.ts";
import { announcedFindings, buildPack, copyToProject, openRootStack } from "./gates-stack.ts";
import type { Run, Stack } from "./stack-harness.ts";

const example = "examples/reservations-red";
const announced = announcedFindings(example);
/** Of tools; the others look at acknowledgements, which an organization can restrict. */
const redRules = rulesMetadata.filter(({ id, level }) => level === "red" && !id.startsWith("acknowledgement-"));

let stack: Stack;
let pack: string;

beforeAll(async () => {
  stack = await openRootStack(example);
  copyToProject(stack, example);
  pack = buildPack(stack);
});

afterAll(() => stack.close());

it("the Red example has one finding of each Red rule", () => {
  expect(announced.map(({ rule }) => rule)).toEqual(redRules.map(({ id }) => id).toSorted());
});

describe.each([
  ["pulumi preview", ["preview"]],
  ["pulumi up", ["up", "--yes"]],
  // The engine stops at the pack's first violation here; the component has named all findings by then.
  ["pulumi up --skip-preview", ["up", "--yes", "--skip-preview"]],
])("%s of the Red example by the repository's own program", (_, command) => {
  const isWholeReport = !command.includes("--skip-preview");
  let run: Run;

  beforeAll(async () => {
    run = await stack.pulumi([...command, "--stack", "test", "--policy-pack", pack]);
  });

  it.each(announced)("is blocked by $rule: the component names tool, file and line", ({ rule, tool, file, line }) => {
    expect(run.output).toMatch(new RegExp(`${file}:${line}:\\d+ red ${rule}: tool "${tool}"`));
  });

  it.each(isWholeReport ? announced : [])(
    "is blocked by $rule: the pack names tool, file and line",
    ({ rule, tool, file, line }) => {
      expect(run.output).toMatch(new RegExp(`- \\[mandatory\\] .* ${rule}  \\(.*Tool: reservations-red-${tool}\\)`));
      expect(run.output).toMatch(new RegExp(`RED ${rule} ${tool}/\\S+ at ${file}:${line}:\\d+: `));
    },
  );

  it("ends with an exit code that is not zero, with nothing in the stack and nothing in the cloud", async () => {
    expect(run.code).not.toBe(0);
    const types = (await stack.state()).map(({ type }) => type);
    expect(types.filter((type) => !/^(pulumi|lintel):/.test(type))).toEqual([]);
    expect(await cloudInventory(stack.emulator)).toEqual([]);
  });
});
