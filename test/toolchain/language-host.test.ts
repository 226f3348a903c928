import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPulumiProject, type PulumiProject } from "./pulumi-project.ts";

describe("the Node language host under the real engine", () => {
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

  async function configure(values: Readonly<Record<string, string>>): Promise<void> {
    for (const [key, value] of Object.entries(values)) await project.pulumi(["config", "set", key, value]);
  }

  it("runs a TypeScript program as Node does, with its configuration, and keeps its outputs", async () => {
    await configure({ text: "good day" });
    const up = await project.pulumi(["up", "--yes", "--skip-preview"]);
    expect(up.output).toContain("printed by the program");
    expect(up.code).toBe(0);
    const outputs = await project.pulumi(["stack", "output", "--json"]);
    expect(JSON.parse(outputs.stdout)).toEqual({
      greeting: "good day from dev",
      nodeVersion: process.version,
      token: "[secret]",
    });
  });

  it("warns of nothing", async () => {
    const preview = await project.pulumi(["preview"]);
    expect(preview.output).not.toContain("warning");
    expect(preview.code).toBe(0);
  });

  it("keeps a secret of the configuration secret, in the state too", async () => {
    await project.pulumi(["config", "set", "--secret", "token", "t0p-s3cret"]);
    await project.pulumi(["up", "--yes", "--skip-preview"]);
    const shown = await project.pulumi(["stack", "output", "token", "--show-secrets"]);
    expect(shown.stdout.trim()).toBe("t0p-s3cret");
    expect((await project.pulumi(["stack", "export"])).stdout).not.toContain("t0p-s3cret");
    expect(await readFile(join(project.folder, "Pulumi.dev.yaml"), "utf8")).not.toContain("t0p-s3cret");
  });

  it("says when nothing changes, and passes that on as an exit code", async () => {
    await project.pulumi(["up", "--yes", "--skip-preview"]);
    const again = await project.pulumi(["preview", "--expect-no-changes"]);
    expect(again.output).toContain("unchanged");
    expect(again.code).toBe(0);
  });

  it("fails with the program's own message when it throws", async () => {
    await configure({ behaviour: "throw" });
    const preview = await project.pulumi(["preview"]);
    expect(preview.output).toContain("the program failed on purpose");
    expect(preview.output).toContain("main.ts:22");
    expect(preview.code).not.toBe(0);
  });

  it("fails when a promise that nobody awaits is rejected", async () => {
    await configure({ behaviour: "reject" });
    const up = await project.pulumi(["up", "--yes", "--skip-preview"]);
    expect(up.output).toContain("nobody awaited this");
    expect(up.code).not.toBe(0);
  });

  it("fails when the program ends itself with an exit code", async () => {
    await configure({ behaviour: "exit" });
    const up = await project.pulumi(["up", "--yes", "--skip-preview"]);
    expect(up.output).toContain("exit code: 3");
    expect(up.code).not.toBe(0);
  });

  it("ends a hanging program when the update is interrupted", async () => {
    await configure({ behaviour: "hang" });
    let signalled = false;
    const up = await project.pulumi(["up", "--yes", "--skip-preview"], {
      whenPrinted: (output, signal) => {
        if (signalled || !output.includes("the program hangs as")) return;
        signalled = true;
        signal("SIGINT");
      },
    });
    expect(up.output).toContain("update canceled");
    expect(up.code).not.toBe(0);
    const pid = Number(/the program hangs as (\d+)/.exec(up.output)?.[1]);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  it("names the remedy when the program's dependencies are not installed", async () => {
    const bare = await createPulumiProject();
    try {
      await rm(join(bare.folder, "node_modules"));
      const preview = await bare.pulumi(["preview"]);
      expect(preview.output).toContain("run npm install");
      expect(preview.code).not.toBe(0);
    } finally {
      await bare.remove();
    }
  });
});
