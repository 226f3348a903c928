import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloudRules } from "../../policypack/infra/rules/index.ts";
import { cloudInventory } from "./cloud-inventory.ts";
import { buildPack } from "./gates-stack.ts";
import { openStack, type Run, type Stack } from "./stack-harness.ts";

const organization = { "region-not-allowed": { regions: ["europe-west1"] }, "missing-label": { labels: ["team"] } };

function fixture(name: "bad" | "good" | "late"): string {
  return readFileSync(fileURLToPath(new URL(`fixtures/cloud-rules/${name}.ts`, import.meta.url)), "utf8");
}

describe("the pack on a program that uses none of our components, with the real engine and provider", () => {
  let stack: Stack;
  let pack: string;

  const run = (command: readonly string[], program: "bad" | "good" | "late", configuration?: object): Promise<Run> => {
    stack.write({ "main.ts": fixture(program), "../organization.json": JSON.stringify(configuration ?? {}) });
    const file = join(stack.folder, "..", "organization.json");
    const given = configuration === undefined ? [] : ["--policy-pack-config", file];
    return stack.pulumi([...command, "--stack", "test", "--policy-pack", pack, ...given]);
  };

  beforeAll(async () => {
    stack = await openStack();
    pack = buildPack(stack);
  });
  afterAll(() => stack.close());

  it("reports every cloud rule, repeats no secret and blocks", async () => {
    const { code, output } = await run(["preview"], "bad", organization);
    for (const { id, enforcement } of cloudRules) {
      expect(output).toMatch(new RegExp(`- \\[${enforcement}\\] .* ${id}  \\(`));
    }
    expect(output).not.toContain("sk_live_0123456789abcdef");
    expect(code).not.toBe(0);
  });

  it("lets the same infrastructure pass as the rules have it", async () => {
    const { code, output } = await run(["preview"], "good", organization);
    expect(output).toContain("lintel@v0.1.0");
    expect(output).not.toContain("[mandatory]");
    expect(code).toBe(0);
  });

  it("says in a preview what it cannot know yet, and blocks it in the update", async () => {
    const preview = await run(["preview"], "late");
    expect(preview.output).toContain("can't run policy 'plain-text-secret'");
    expect(preview.code).toBe(0);
    const up = await run(["up", "--yes"], "late");
    expect(up.output).toMatch(/- \[mandatory\] .* plain-text-secret {2}\(/);
    expect(up.output).toContain('the environment variable "SETTING" holds a Stripe key in plain text');
    expect(up.code).not.toBe(0);
    expect(await cloudInventory(stack.emulator)).not.toContain("services/shop");
  });

  describe("and a configuration", () => {
    it.each([
      [
        "of a policy that there is none of",
        { "hard-deletes": "mandatory" },
        'there is no policy "hard-deletes"; did you mean "hard-delete"?',
      ],
      // The engine's own words: it does not ask the pack about an unknown policy without a level.
      ["of properties of such a policy", { "hard-deletes": { level: "red" } }, "invalid enforcement level"],
      [
        "of a property that there is none of",
        { "region-not-allowed": { region: ["europe-west1"] } },
        '"region-not-allowed" has no property "region"; it has regions',
      ],
      ["that would lower a threshold", { "high-row-impact": { rowThreshold: 5000 } }, "rowThreshold"],
      ["that would lower a level", { "missing-retry": { level: "green" } }, "level"],
    ])("%s is refused, with what is wrong", async (_, configuration, message) => {
      const { code, output } = await run(["preview"], "good", configuration);
      expect(output).toContain(message);
      expect(code).not.toBe(0);
    });

    it("that switches a policy off is named, because CrossGuard allows it", async () => {
      const { output } = await run(["preview"], "bad", { "public-invoker": "disabled" });
      expect(output).toContain("the configuration switches off or lowers public-invoker");
    });

    it("raises what is advisory", async () => {
      const { output } = await run(["preview"], "bad", { "deletion-allowed": "mandatory" });
      expect(output).toMatch(/- \[mandatory\] .* deletion-allowed {2}\(/);
    });
  });
});
