import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureBaseImage } from "../../toolchain/base-image.mjs";
import { type DockerEngine, ensureDockerEngine } from "../../toolchain/docker-engine.mjs";
import { startRegistry } from "../../toolchain/docker-registry.mjs";
import { showProgress } from "../../toolchain/progress.mjs";
import { runProcess } from "../../toolchain/run-process.mjs";

const engine = await ensureDockerEngine();

// Where no Docker engine can be had there is nothing to test: the reason is a test's name, so that it is seen.
if (engine.isAvailable) describeWith(engine);
else it(`cannot look at images here, because ${engine.reason}`, () => undefined);

function describeWith({ host, stop }: DockerEngine): void {
  describe("images without a connection", () => {
    const env = { ...process.env, DOCKER_HOST: host };
    let image: string;

    beforeAll(async () => {
      image = await ensureBaseImage(host, showProgress());
    });
    afterAll(async () => {
      await stop();
    });

    it("has a base image that runs Node 24 as a user without rights, with certificates", async () => {
      const script = "console.log(process.version, process.getuid(), fs.existsSync(process.env.SSL_CERT_FILE))";
      const run = await runProcess("docker", ["run", "--rm", "--network", "host", image, "-e", script], { env });
      expect(run.output.trim()).toMatch(/^v24\.\d+\.\d+ 65532 true$/);
    });

    it("pushes to a registry on loopback that answers with the image's digest", async () => {
      const registry = await startRegistry();
      if (!registry.isAvailable) throw new Error(registry.reason);
      try {
        const name = `${registry.address}/team/base:1`;
        await runProcess("docker", ["tag", image, name], { env });
        const push = await runProcess("docker", ["push", name], { env });
        const digest = /digest: (sha256:[0-9a-f]{64})/.exec(push.output)?.[1];
        const answer = await fetch(`http://${registry.address}/v2/team/base/manifests/1`, {
          headers: { accept: "application/vnd.docker.distribution.manifest.v2+json" },
        });
        expect(answer.headers.get("docker-content-digest")).toBe(digest);
      } finally {
        await registry.stop();
      }
    });
  });
}
