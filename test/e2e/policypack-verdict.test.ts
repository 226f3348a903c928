import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { analyse, rulesMetadata } from "@lintel/policypack/risk";
import { type CompiledSpecs, digestOf } from "@lintel/specs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPolicyProject, type PolicyProject, type Registered, resourcesOf } from "./policypack-project.ts";

const rules = fileURLToPath(new URL("../../policypack/risk/rules", import.meta.url));

function fixture(rule: string, kind: "good" | "bad"): Promise<string> {
  return readFile(join(rules, rule, `${kind}.yaml`), "utf8");
}

function violationOf(policy: string, level: "mandatory" | "advisory"): RegExp {
  return new RegExp(`- \\[${level}\\] .* ${policy}  \\(`);
}

describe("the policy pack under the real engine, outside this repository", () => {
  let project: PolicyProject;
  let green: CompiledSpecs;
  let red: CompiledSpecs;
  const preview = ["preview"];
  const up = ["up", "--yes"];

  beforeAll(async () => {
    project = await createPolicyProject();
    red = await project.specs({ "tools/remove-order.yaml": await fixture("hard-delete", "bad") });
    green = await project.specs({ "tools/remove-order.yaml": await fixture("hard-delete", "good") });
  });
  afterAll(() => project.remove());

  const useRed = async (): Promise<readonly Registered[]> => {
    await project.specs({ "tools/remove-order.yaml": await fixture("hard-delete", "bad") });
    return resourcesOf(red);
  };

  it("lets Green pass and says that it ran", async () => {
    const ran = await project.run(resourcesOf(green), up);
    expect(ran.output).toContain("lintel@v0.1.0");
    expect(ran.output).not.toContain("[mandatory]");
    expect(ran.code).toBe(0);
  });

  it.each([
    ["a preview", preview],
    ["an update", up],
    ["an update that skips the preview", [...up, "--skip-preview"]],
  ])("blocks Red in %s, with rule, tool, file and line", async (_, args) => {
    const ran = await project.run(await useRed(), args);
    expect(ran.output).toMatch(violationOf("hard-delete", "mandatory"));
    expect(ran.output).toMatch(/RED hard-delete hard-delete-bad\/order at specs\/tools\/remove-order\.yaml:12:\d+: /);
    expect(ran.code).not.toBe(0);
  });

  it.each([
    ["a preview", preview],
    ["an update", up],
  ])("blocks every Red rule in %s, with rule, tool, file and line", async (_, args) => {
    const ids = rulesMetadata.filter(({ id, level }) => level === "red" && !id.startsWith("acknowledgement-"));
    const files = await Promise.all(ids.map(async ({ id }) => [`tools/${id}.yaml`, await fixture(id, "bad")] as const));
    const ran = await project.run(resourcesOf(await project.specs(Object.fromEntries(files))), args);
    for (const { id } of ids) {
      expect(ran.output).toMatch(violationOf(id, "mandatory"));
      expect(ran.output).toMatch(new RegExp(`RED ${id} ${id}-bad/\\w+ at specs/tools/${id}\\.yaml:\\d+:\\d+: `));
    }
    expect(ran.code).not.toBe(0);
  });

  it("gives no line when the folder at hand holds other specs than those that were judged", async () => {
    await project.specs({
      "tools/remove-order.yaml": `# moved\n${await fixture("hard-delete", "bad")}\n# and changed\n`,
    });
    const moved = await project.run(resourcesOf(red), preview);
    expect(moved.output).toContain("specs/tools/remove-order.yaml:13:"); // a comment changes no digest
    await project.specs({ "tools/remove-order.yaml": await fixture("hard-delete", "good") });
    const ran = await project.run(resourcesOf(red), preview);
    expect(ran.output).toContain("RED hard-delete hard-delete-bad/order: ");
    expect(ran.code).not.toBe(0);
  });

  it("blocks when component inputs are stripped", async () => {
    const ran = await project.run(resourcesOf(green), preview, { PULUMI_NODEJS_SKIP_COMPONENT_INPUTS: "1" });
    expect(ran.output).toMatch(violationOf("tool-slice", "mandatory"));
    expect(ran.output).toMatch(violationOf("workspace-inputs", "mandatory"));
    expect(ran.code).not.toBe(0);
  });

  it("blocks a listed tool that no Tool resource carries, at the executor's service and at the end", async () => {
    const resources = resourcesOf(green);
    const without = resources.filter(({ type }) => type !== "lintel:index:Tool");
    const ran = await project.run(without, preview);
    expect(ran.output).toMatch(violationOf("executor-digest", "mandatory"));
    expect(ran.output).toContain('lists the tool "hard-delete-good", and no Tool resource carries it');
    expect(ran.code).not.toBe(0);
    const alone = await project.run(
      without.filter(({ type }) => !type.startsWith("gcp:")),
      preview,
    );
    expect(alone.output).toMatch(violationOf("all-tools-registered", "mandatory"));
    expect(alone.code).not.toBe(0);
  });

  it("judges a Red tool that claims to be green by what it carries", async () => {
    const claimed = (await useRed()).map((each) => ({
      ...each,
      inputs: { ...each.inputs, level: "green", findings: [] },
    }));
    const ran = await project.run(claimed, preview);
    expect(ran.output).toMatch(violationOf("hard-delete", "mandatory"));
    expect(ran.code).not.toBe(0);
  });

  it("blocks a slice that is not what its digest says", async () => {
    const other = resourcesOf(red).find(({ type }) => type === "lintel:index:Tool")?.inputs["slice"];
    const swapped = resourcesOf(green).map((each) =>
      each.type === "lintel:index:Tool"
        ? { ...each, inputs: { ...each.inputs, name: "hard-delete-bad", slice: other } }
        : each,
    );
    const ran = await project.run(swapped, preview);
    expect(ran.output).toMatch(violationOf("tool-slice", "mandatory"));
    expect(ran.code).not.toBe(0);
  });

  it("blocks a tool whose digest the Workspace does not list", async () => {
    const resources = resourcesOf(green).map((each) =>
      each.type === "lintel:index:Workspace"
        ? { ...each, inputs: { ...each.inputs, slices: { "hard-delete-good": digestOf("another") } } }
        : each,
    );
    const ran = await project.run(resources, preview);
    expect(ran.output).toMatch(violationOf("tool-listed", "mandatory"));
    expect(ran.code).not.toBe(0);
  });

  it("blocks a service that runs another bundle or an image that is not pinned", async () => {
    const resources = resourcesOf(green).map((each) =>
      each.type.startsWith("gcp:")
        ? {
            ...each,
            inputs: {
              labels: each.inputs["labels"],
              template: {
                containers: [
                  {
                    image: "registry.example.com/executor:latest",
                    envs: [{ name: "LINTEL_BUNDLE_DIGEST", value: digestOf("another") }],
                  },
                ],
              },
            },
          }
        : each,
    );
    const ran = await project.run(resources, preview);
    expect(ran.output).toMatch(violationOf("executor-digest", "mandatory"));
    expect(ran.output).toContain(`LINTEL_BUNDLE_DIGEST is "${digestOf("another")}"`);
    expect(ran.output).toMatch(violationOf("executor-image", "mandatory"));
    expect(ran.code).not.toBe(0);
  });

  describe("with a Yellow finding", () => {
    const tool = "external-call-in-transition-bad";
    const later = `${String(new Date().getUTCFullYear() + 5)}-12-31`;
    const withAcknowledgement = async (expires: string): Promise<CompiledSpecs> => {
      const flow = await fixture("external-call-in-transition", "bad");
      const plain = await project.specs({ "tools/ship.yaml": flow });
      const finding = analyse(plain.bundle, [], new Date(), plain.sources).tools.flatMap(({ findings }) => findings)[0];
      const entry = [
        "apiVersion: lintel/v1",
        "kind: Acknowledgements",
        "acknowledgements:",
        `  - { tool: ${tool}, rule: external-call-in-transition, node: tell, fingerprint: "${finding?.fingerprint ?? ""}",`,
        `      reason: the courier asks every evening, by: jo@example.com, expires: "${expires}" }`,
      ];
      return project.specs({ "tools/ship.yaml": flow, "acknowledgements.yaml": entry.join("\n") });
    };

    it("blocks it without an acknowledgement, and prints the fingerprint to acknowledge", async () => {
      const specs = await project.specs({ "tools/ship.yaml": await fixture("external-call-in-transition", "bad") });
      const ran = await project.run(resourcesOf(specs), preview);
      expect(ran.output).toMatch(violationOf("external-call-in-transition", "mandatory"));
      expect(ran.output).toMatch(/YELLOW external-call-in-transition .*\(fingerprint [0-9a-f]{16}\)/);
      expect(ran.code).not.toBe(0);
    });

    it("passes and lists an acknowledged one", async () => {
      const ran = await project.run(resourcesOf(await withAcknowledgement(later)), preview);
      expect(ran.output).toMatch(violationOf("acknowledged-findings", "advisory"));
      expect(ran.output).toContain(`acknowledged by jo@example.com until ${later}: the courier asks every evening`);
      expect(ran.code).toBe(0);
    });

    it("blocks one whose acknowledgement has expired, at the acknowledgement's line too", async () => {
      const ran = await project.run(resourcesOf(await withAcknowledgement("2020-01-01")), preview);
      expect(ran.output).toMatch(violationOf("external-call-in-transition", "mandatory"));
      expect(ran.output).toMatch(/YELLOW acknowledgement-expired .* at specs\/acknowledgements\.yaml:4:\d+/);
      expect(ran.code).not.toBe(0);
    });

    it("blocks an acknowledged one where the organization's configuration is stricter", async () => {
      const resources = resourcesOf(await withAcknowledgement(later));
      const configuration = await project.configuration({
        "external-call-in-transition": { level: "red" },
        "acknowledgement-by-unlisted-approver": { approvers: ["kim@example.com"] },
        "acknowledgement-too-long": { maximumAcknowledgementAge: 90 },
      });
      const ran = await project.run(resources, [...preview, ...configuration]);
      expect(ran.output).toMatch(violationOf("external-call-in-transition", "mandatory"));
      expect(ran.output).toMatch(violationOf("acknowledgement-by-unlisted-approver", "mandatory"));
      expect(ran.output).toMatch(violationOf("acknowledgement-too-long", "mandatory"));
      expect(ran.code).not.toBe(0);
    });
  });

  it("can be switched off by configuration, which is why the component and the executor judge too", async () => {
    const configuration = await project.configuration({ all: "disabled" });
    const ran = await project.run(await useRed(), [...preview, ...configuration]);
    expect(ran.code).toBe(0);
  });
});
