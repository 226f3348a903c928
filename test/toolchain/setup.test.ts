import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findProgram, isAtLeast } from "../../toolchain/find-program.mjs";
import { runProcess } from "../../toolchain/run-process.mjs";

const checkout = fileURLToPath(new URL("../..", import.meta.url));
const runner = join(checkout, "toolchain/run.mjs");

/** Runs toolchain/run.mjs with these variables and nothing else of the environment. */
function run(env: NodeJS.ProcessEnv, ...args: string[]): ReturnType<typeof runProcess> {
  return runProcess(process.execPath, [runner, ...args], { env: { HOME: process.env["HOME"], ...env } });
}

describe("the set-up", () => {
  let folder: string;
  let bin: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lintel-setup-"));
    bin = join(folder, "bin");
    await mkdir(bin);
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function addProgram(name: string, script: string): Promise<void> {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(bin, name), 0o755);
  }

  it("names Go and the remedy where nothing can be taken, downloaded or built", async () => {
    // No npm, no network tools and no Go: only what a shell script needs.
    await symlink("/bin/sh", join(bin, "sh"));
    const result = await run({ PATH: bin, LINTEL_CACHE: folder, HOME: folder }, "-p", "1");
    expect(result.output).toContain("pulumi is not on this machine");
    expect(result.output).toContain("Install Go");
    expect(result.output).not.toContain("    at ");
    expect(result.code).toBe(1);
  });

  it("takes a pulumi on the PATH that is new enough, with its language host and plugins", async () => {
    await addProgram("pulumi", 'echo "v3.300.0"');
    for (const name of ["pulumi-language-nodejs", "pulumi-resource-gcp", "pulumi-resource-docker"]) {
      await addProgram(name, "exit 0");
    }
    const env = { PATH: `${bin}:/bin:/usr/bin`, LINTEL_CACHE: join(folder, "cache") };
    const result = await run(env, "-p", "JSON.stringify([process.env.PATH, process.env.PULUMI_HOME ?? null])");
    expect(result.code).toBe(0);
    const [path, home] = JSON.parse(result.stdout) as [string, string | null];
    expect(path.split(":").slice(0, 2)).toEqual([dirname(process.execPath), bin]);
    expect(home).toBeNull();
    expect(await readdir(folder)).toEqual(["bin"]);
  });

  it("passes arguments and the exit code through", async () => {
    const env = { PATH: process.env["PATH"] };
    const result = await run(env, "--parts=modules", "-e", "process.exit(Number(process.argv[1]))", "7");
    expect(result.code).toBe(7);
  });

  it("explains its usage when it is given nothing to run", async () => {
    const result = await run({ PATH: bin }, "--parts=everything", "-p", "1");
    expect(result.output).toContain("usage:");
    expect(result.code).toBe(2);
  });

  it("finds programs, not folders or plain files", async () => {
    await mkdir(join(bin, "pulumi"));
    await writeFile(join(bin, "go"), "not executable");
    expect(await findProgram("pulumi", bin)).toBeUndefined();
    expect(await findProgram("go", bin)).toBeUndefined();
    await rm(join(bin, "pulumi"), { recursive: true });
    await addProgram("pulumi", "exit 0");
    expect(await findProgram("pulumi", `/nowhere:${bin}`)).toBe(join(bin, "pulumi"));
  });

  it("compares versions as numbers", () => {
    expect(isAtLeast("v3.259.0", "3.202.0")).toBe(true);
    expect(isAtLeast("3.99.0", "3.202.0")).toBe(false);
    expect(isAtLeast("4.0.0-alpha.1", "3.202.0")).toBe(true);
    expect(isAtLeast("3.202.0", "3.202.0")).toBe(true);
  });
});
