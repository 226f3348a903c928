import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { nodeVersion, plugins, pulumiVersion, requiredNodeMajor } from "../../toolchain/versions.mjs";

function read(path: string): Promise<string> {
  return readFile(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
}

async function lockedVersion(name: string): Promise<string | undefined> {
  const lock = JSON.parse(await read("package-lock.json")) as { packages: Record<string, { version?: string }> };
  return lock.packages[`node_modules/${name}`]?.version;
}

describe("the pinned versions", () => {
  it("have the engine, its Go module and the SDK at one version", async () => {
    expect(await lockedVersion("@pulumi/pulumi")).toBe(pulumiVersion);
    expect(await read("toolchain/pulumi-cli/go.mod")).toContain(`github.com/pulumi/pulumi/pkg/v3 v${pulumiVersion}`);
  });

  it.each(plugins)("have the plugin $name at the version of its package", async ({ name, version }) => {
    expect(await lockedVersion(`@pulumi/${name}`)).toBe(version);
    expect(await read(`toolchain/provider-${name}/main.go`)).toContain(`const version = "${version}"`);
  });

  it("run the tests under the Node that the project needs", () => {
    expect(Number(nodeVersion.split(".")[0])).toBe(requiredNodeMajor);
    expect(Number(process.versions.node.split(".")[0])).toBeGreaterThanOrEqual(requiredNodeMajor);
  });
});
