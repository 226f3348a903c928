import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPulumiProject, type PulumiProject } from "./pulumi-project.ts";

describe("a policy pack under the Node language host and the real engine", () => {
  let project: PulumiProject;

  beforeAll(async () => {
    project = await createPulumiProject();
  });
  afterAll(async () => {
    await project.remove();
  });
  beforeEach(async () => {
    await rm(join(project.folder, "Pulumi.dev.yaml"), { force: true });
  });

  it("lets what it has nothing against pass, and is named in the output", async () => {
    const up = await project.pulumi(["up", "--yes", "--policy-pack", project.pack]);
    expect(up.output).toContain("greeting-pack@v1.2.3");
    expect(up.code).toBe(0);
  });

  it("blocks a preview, from a component's inputs, and runs in its own folder", async () => {
    await project.pulumi(["config", "set", "text", "LOUD"]);
    const preview = await project.pulumi(["preview", "--policy-pack", project.pack]);
    expect(preview.output).toContain("no-shouting");
    expect(preview.output).toContain(`"LOUD" is shouted (seen from ${project.pack})`);
    expect(preview.code).not.toBe(0);
  });

  it("blocks an update that skips the preview", async () => {
    await project.pulumi(["config", "set", "text", "LOUD"]);
    const up = await project.pulumi(["up", "--yes", "--skip-preview", "--policy-pack", project.pack]);
    expect(up.output).toContain("no-shouting");
    expect(up.code).not.toBe(0);
  });

  it("fails the preview when the pack cannot be booted", async () => {
    await rm(join(project.pack, "node_modules"));
    const preview = await project.pulumi(["preview", "--policy-pack", project.pack]);
    expect(preview.output).toContain("run npm install");
    expect(preview.code).not.toBe(0);
  });
});
