import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bundle, canonicalJson } from "@lintel/specs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeImageContext } from "../../executor/index.ts";
import { ensureBaseImage } from "../../toolchain/base-image.mjs";
import { type DockerEngine, ensureDockerEngine } from "../../toolchain/docker-engine.mjs";
import { showProgress } from "../../toolchain/progress.mjs";
import { runProcess } from "../../toolchain/run-process.mjs";
import { type Bookings, startBookings } from "../executor/start-bookings.ts";

const engine = await ensureDockerEngine();

// Where no Docker engine can be had there is nothing to test: the reason is a test's name, so that it is seen.
if (engine.isAvailable) describeWith(engine);
else it(`cannot build the executor's image here, because ${engine.reason}`, () => undefined);

function describeWith({ host, stop }: DockerEngine): void {
  describe("the executor's image", () => {
    const env = { ...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: "0" };
    let bookings: Bookings;
    let folder: string;
    let base: string;

    const docker = async (...args: readonly string[]): Promise<string> => {
      const { code, output, stdout } = await runProcess("docker", [...args], { env });
      if (code !== 0) throw new Error(output);
      return stdout.trim();
    };

    /** Builds from scratch, and answers the image's id. */
    const build = async (bundle: Bundle, name: string): Promise<string> => {
      const context = join(folder, name);
      await writeImageContext({ bundle, folder: context });
      return docker("build", "--quiet", "--no-cache", "--build-arg", `BASE=${base}`, context);
    };

    const layersOf = async (image: string): Promise<readonly string[]> =>
      JSON.parse(await docker("image", "inspect", "--format", "{{json .RootFS.Layers}}", image)) as string[];

    let image: string;

    beforeAll(async () => {
      [bookings, folder] = await Promise.all([startBookings(), mkdtemp(join(tmpdir(), "lintel-image-"))]);
      base = await ensureBaseImage(host, showProgress());
      image = await build(bookings.bundle, "first");
    });
    afterAll(async () => {
      await bookings.stop();
      await rm(folder, { recursive: true });
      await stop();
    });

    it("serves from a read-only root file system, without capabilities, as a user without rights", async () => {
      const { LINTEL_BUNDLE: _, ...given } = bookings.environment;
      const settings = Object.entries({ ...given, PORT: "0" }).flatMap(([name, value]) => [
        "--env",
        `${name}=${value}`,
      ]);
      const flags = ["--read-only", "--cap-drop=ALL", "--network=host"];
      const container = await docker("run", "--detach", ...flags, ...settings, image);
      try {
        const port = await portOf(() => docker("logs", container));
        const started = await fetch(`http://127.0.0.1:${port}/startupz`);
        expect(await started.json()).toEqual({ status: "ok", digest: bookings.bundle.digest });
        const token = await bookings.agent();
        const rooms = await fetch(`http://127.0.0.1:${port}/rooms`, { headers: { Authorization: `Bearer ${token}` } });
        expect(rooms.status).toBe(200);
        const format = "{{.Config.User}} {{.HostConfig.ReadonlyRootfs}}";
        expect(await docker("inspect", "--format", format, container)).toBe("65532:65532 true");
      } finally {
        await docker("rm", "--force", container);
      }
    });

    it("holds no shell and no package manager, and what it is made of", async () => {
      const script = `const { existsSync, readFileSync } = require("node:fs");
        const folders = ["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/nodejs/bin", "/usr/local/bin"];
        const names = ["sh", "bash", "dash", "busybox", "apt", "apt-get", "dpkg", "apk", "npm", "npx", "corepack", "yarn"];
        const found = folders.flatMap((folder) => names.map((name) => folder + "/" + name)).filter(existsSync);
        const { components } = JSON.parse(readFileSync("/app/sbom.cdx.json", "utf8"));
        console.log(JSON.stringify({ found, hasFastify: components.some(({ name }) => name === "fastify") }));`;
      const said = await docker("run", "--rm", "--network=host", "--entrypoint=/nodejs/bin/node", image, "-e", script);
      expect(JSON.parse(said)).toEqual({ found: [], hasFastify: true });
    });

    it("is under 250 MB, with its base", async () => {
      const size = Number(await docker("image", "inspect", "--format", "{{.Size}}", image));
      process.stdout.write(`the executor's image has ${(size / 1e6).toFixed(1)} MB\n`);
      expect(size).toBeLessThan(250e6);
    });

    it("has a bundle layer that follows from the bundle alone, however the rest is built", async () => {
      const again = await build(bookings.bundle, "second");
      const [one, two] = [await layersOf(image), await layersOf(again)];
      expect(two.at(-1)).toBe(one.at(-1));
      const other = join(folder, "second");
      await writeFile(join(other, "bundle.json"), `${canonicalJson(bookings.bundle)}\n`);
      await utimes(join(other, "bundle.json"), 0, 0);
      const changed = await docker("build", "--quiet", "--build-arg", `BASE=${base}`, other);
      expect((await layersOf(changed)).at(-1)).not.toBe(one.at(-1));
    });

    it("is not built of a bundle that cannot be served", async () => {
      const other = join(folder, "third");
      await writeImageContext({ bundle: bookings.bundle, folder: other });
      await writeFile(join(other, "bundle.json"), canonicalJson({ ...bookings.bundle, plans: {} }));
      await expect(docker("build", "--quiet", "--build-arg", `BASE=${base}`, other)).rejects.toThrow(
        /do not follow from its specs/u,
      );
    });
  });
}

/** The port that the program's log tells of. */
async function portOf(readLog: () => Promise<string>): Promise<string> {
  for (;;) {
    const log = await readLog();
    const port = /"port":(\d+)/u.exec(log)?.[1];
    if (port !== undefined) return port;
    if (log.includes("CRITICAL")) throw new Error(log);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
