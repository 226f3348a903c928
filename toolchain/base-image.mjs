import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cached } from "./cache.mjs";
import { findNode } from "./find-node.mjs";
import { runProcess } from "./run-process.mjs";
import { SetupError } from "./setup-error.mjs";
import { nodeVersion } from "./versions.mjs";

/** The name under which the image is kept in the local Docker engine. */
const baseImage = "lintel/node-base:24";

/** What Node's binary links to, and the certificates that TLS needs. */
const packages = ["libc6", "libgcc-s1", "libstdc++6", "ca-certificates"];

/** As the distroless Node images have it, so that one Dockerfile fits both: node as entry point, a user of no rights. */
const dockerfile = `FROM scratch
COPY root/ /
ENV PATH=/nodejs/bin SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
USER 65532:65532
WORKDIR /home/nonroot
ENTRYPOINT ["/nodejs/bin/node"]
`;

/**
 * Makes sure that a Docker engine has a base image with Node and little else, made from Debian's packages and Node's
 * binary: for machines on which no image can be pulled. Throws a SetupError where Debian's tools are missing.
 * @param {string} host of the Docker engine
 * @param {import("./progress.mjs").Progress} progress
 * @returns {Promise<string>} the image's name
 */
export async function ensureBaseImage(host, progress) {
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: "0" };
  if ((await runProcess("docker", ["image", "inspect", baseImage], { env })).code === 0) return baseImage;
  const node = await findNode(progress);
  const context = await cached({
    name: "base-image",
    key: `${nodeVersion}-${process.arch}-2`,
    build: (folder) => progress.step("the files of a base image", () => fillContext(folder, node)),
  });
  const built = await runProcess("docker", ["build", "--quiet", "--tag", baseImage, context], { env });
  if (built.code === 0) return baseImage;
  throw new SetupError(`the base image cannot be built:\n${built.output.trim()}`, "See what Docker says above.");
}

/**
 * @param {string} folder
 * @param {string} node
 */
async function fillContext(folder, node) {
  const root = join(folder, "root");
  await mkdir(root);
  await unpackPackages(root);
  await mkdir(join(root, "nodejs", "bin"), { recursive: true });
  await copyFile(node, join(root, "nodejs", "bin", "node"));
  for (const place of ["etc", "tmp", "home/nonroot"]) await mkdir(join(root, place), { recursive: true });
  await writeFile(
    join(root, "etc", "passwd"),
    "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532::/home/nonroot:/sbin/nologin\n",
  );
  await writeFile(join(root, "etc", "group"), "root:x:0:\nnonroot:x:65532:\n");
  await writeFile(join(folder, "Dockerfile"), dockerfile);
}

/** @param {string} root */
async function unpackPackages(root) {
  const downloads = await mkdtemp(join(tmpdir(), "lintel-packages-"));
  const unpacked = join(downloads, "unpacked");
  try {
    await download(downloads);
    for (const file of await readdir(downloads)) {
      if (file.endsWith(".deb")) await must("dpkg", ["-x", join(downloads, file), unpacked], downloads);
    }
    for (const place of ["lib", "lib64", "usr/lib"]) {
      await cp(join(unpacked, place), join(root, place), { recursive: true, verbatimSymlinks: true }).catch(
        ignoreMissing,
      );
    }
    await joinCertificates(join(unpacked, "usr/share/ca-certificates/mozilla"), join(root, "etc/ssl/certs"));
  } finally {
    await rm(downloads, { recursive: true, force: true });
  }
}

/** @param {string} folder */
async function download(folder) {
  const first = await runProcess("apt-get", ["download", ...packages], { cwd: folder });
  if (first.code === 0) return;
  if (first.code !== 127) await runProcess("apt-get", ["update", "-qq"]);
  await must("apt-get", ["download", ...packages], folder);
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 */
async function must(command, args, cwd) {
  const result = await runProcess(command, args, { cwd });
  if (result.code === 0) return;
  throw new SetupError(
    `the base image needs Debian's packages, and ${command} failed: ${result.output.trim()}`,
    "Build on a machine that can pull a Node image instead, or on Debian.",
  );
}

/**
 * What Debian's update-ca-certificates does when the package is installed.
 * @param {string} from
 * @param {string} to
 */
async function joinCertificates(from, to) {
  await mkdir(to, { recursive: true });
  const files = (await readdir(from)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(from, file), "utf8")));
  await writeFile(join(to, "ca-certificates.crt"), texts.join(""));
}

/** @param {NodeJS.ErrnoException} error */
function ignoreMissing(error) {
  if (error.code !== "ENOENT") throw error;
}
